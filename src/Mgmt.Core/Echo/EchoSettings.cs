using System.Collections.Immutable;

namespace Mgmt.Core.Echo;

/// <summary>What a series of echo commands has amounted to so far.</summary>
/// <param name="Environment">Variables for scripts, by their full names (<c>OPENVPN_…</c>).</param>
/// <param name="PasswordSaving">What may be done with passwords.</param>
public sealed record EchoSettings(ImmutableDictionary<string, string> Environment, PasswordSaving PasswordSaving)
{
    /// <summary>Before the first command.</summary>
    public static EchoSettings Initial { get; } = new(ImmutableDictionary.Create<string, string>(StringComparer.Ordinal), PasswordSaving.Unspecified);

    /// <summary>These variables merged over a process environment: in case of duplicates these win.</summary>
    /// <param name="processEnvironment">The environment to start from.</param>
    public IReadOnlyDictionary<string, string> MergeInto(IEnumerable<KeyValuePair<string, string>> processEnvironment)
    {
        ArgumentNullException.ThrowIfNull(processEnvironment);
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in processEnvironment)
            merged[name] = value;
        foreach ((string name, string value) in Environment)
            merged[name] = value;
        return merged;
    }
}
