using Mgmt.Core.Events;

namespace Dashboard.Fleet;

/// <summary>What a client says of itself (<c>IV_*</c>): never to be trusted, only shown.</summary>
internal static class Platform
{
    private const int MaxLength = 100;

    /// <summary>For example <c>linux · 2.6.14</c>; null where the client tells nothing.</summary>
    public static string? Describe(ClientEnvironment environment) => Describe(environment["IV_PLAT"], environment["IV_VER"]);

    public static string? Describe(string? platform, string? version)
    {
        string text = (platform, version) switch
        {
            (null or "", null or "") => "",
            (null or "", _) => version,
            (_, null or "") => platform,
            _ => $"{platform} · {version}",
        };
        return text.Length switch
        {
            0 => null,
            > MaxLength => text[..MaxLength],
            _ => text,
        };
    }
}
