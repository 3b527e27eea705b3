using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mgmt.Core.Events;

/// <summary>
/// The environment that comes with a <c>&gt;CLIENT</c> or <c>&gt;UPDOWN</c> notification, in wire order. A client's password is kept apart:
/// neither the enumeration nor <see cref="ToString"/> shows it. Values are text from strangers.
/// </summary>
public sealed class ClientEnvironment : IReadOnlyList<KeyValuePair<string, string>>, IEquatable<ClientEnvironment>
{
    private readonly KeyValuePair<string, string>[] _entries;

    /// <summary>Takes the variables in wire order.</summary>
    /// <param name="variables">Names and values; <c>password</c> goes to <see cref="Password"/>.</param>
    public ClientEnvironment(IEnumerable<KeyValuePair<string, string>> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var entries = new List<KeyValuePair<string, string>>();
        foreach (KeyValuePair<string, string> variable in variables)
        {
            if (variable.Key == "password")
                Password = variable.Value;
            else
                entries.Add(variable);
        }

        _entries = [.. entries];
    }

    /// <summary>No variables at all.</summary>
    public static ClientEnvironment Empty { get; } = new([]);

    /// <summary>The password that the client sent, in clear text: never log, store or show it.</summary>
    public string? Password { get; }

    /// <summary>How many variables there are, the password not counted.</summary>
    public int Count => _entries.Length;

    /// <summary>The variable at a place in wire order.</summary>
    /// <param name="index">From 0.</param>
    public KeyValuePair<string, string> this[int index] => _entries[index];

    /// <summary>
    /// The value of a variable, the last one if the name comes twice: with <c>env-filter</c> 1 or 2 a client's own words come first.
    /// </summary>
    /// <param name="name">As on the wire.</param>
    public string? this[string name] => TryGetValue(name, out string? value) ? value : null;

    /// <summary>The certificate's common name (<c>common_name</c>; with env-filter the certificate's own <c>X509_0_CN</c>).</summary>
    public string? CommonName => this["common_name"] ?? this["X509_0_CN"];

    /// <summary>The user name.</summary>
    public string? Username => this["username"];

    /// <summary>The client's address, trusted once it has authenticated, else untrusted; IPv4 or IPv6.</summary>
    public string? RealAddress => this["trusted_ip"] ?? this["trusted_ip6"] ?? this["untrusted_ip"] ?? this["untrusted_ip6"];

    /// <summary>The client's port, trusted or untrusted.</summary>
    public int? RealPort => (int?)(GetNumber("trusted_port") ?? GetNumber("untrusted_port"));

    /// <summary>The tunnel's IPv4 address of the client.</summary>
    public string? VirtualAddress => this["ifconfig_pool_remote_ip"];

    /// <summary>The tunnel's IPv6 address of the client.</summary>
    public string? VirtualAddress6 => this["ifconfig_pool_remote_ip6"];

    /// <summary>When the session began.</summary>
    public DateTimeOffset? ConnectedSince => UnixTime.FromSeconds(GetNumber("time_unix"));

    /// <summary>How long the session lasted (DISCONNECT).</summary>
    public TimeSpan? Duration => GetNumber("time_duration") is { } seconds and < int.MaxValue ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Bytes received from the client in the session (DISCONNECT).</summary>
    public ulong? BytesReceived => GetCounter("bytes_received");

    /// <summary>Bytes sent to the client in the session (DISCONNECT).</summary>
    public ulong? BytesSent => GetCounter("bytes_sent");

    /// <summary>What the client can do with a pending authentication (<c>IV_SSO</c>): words such as <c>webauth</c> or <c>crtext</c>.</summary>
    public IReadOnlyList<string> SingleSignOnMethods => this["IV_SSO"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>Looks a variable up; the last one of a name wins.</summary>
    /// <param name="name">As on the wire.</param>
    /// <param name="value">Its value.</param>
    /// <returns>Whether it is there.</returns>
    public bool TryGetValue(string name, [NotNullWhen(true)] out string? value)
    {
        for (int i = _entries.Length - 1; i >= 0; i--)
        {
            if (_entries[i].Key == name)
            {
                value = _entries[i].Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(ClientEnvironment? other) =>
        other is not null && Password == other.Password && _entries.AsSpan().SequenceEqual(other._entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClientEnvironment);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_entries.Length, this["common_name"], this["time_unix"]);

    /// <summary>Names the size only: values belong to strangers.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_entries.Length} variables");

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string>>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private long? GetNumber(string name) =>
        long.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;

    private ulong? GetCounter(string name) =>
        ulong.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;
}
