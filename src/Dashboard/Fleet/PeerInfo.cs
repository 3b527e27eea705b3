namespace Dashboard.Fleet;

/// <summary>
/// What clients say of themselves, as the daemon's log repeats it: the only way to learn it of a session that is older than
/// our connection. Kept by real address, because the name comes later. Nothing here is to be trusted.
/// </summary>
internal sealed class PeerInfo
{
    private const string Marker = " peer info: ";

    /// <summary>Strangers decide how many there are.</summary>
    private const int MaxAddresses = 10_000;

    private readonly Dictionary<string, (string? Platform, string? Version)> _byAddress = new(StringComparer.Ordinal);

    // 198.51.100.11:36604 peer info: IV_PLAT=linux
    public void Read(string line)
    {
        int marker = line.IndexOf(Marker, StringComparison.Ordinal);
        if (marker <= 0 || line.AsSpan(0, marker).ContainsAny(' ', '/'))
            return; // a prefix with a name is not an address
        string address = line[..marker];
        ReadOnlySpan<char> variable = line.AsSpan(marker + Marker.Length);
        bool isPlatform = variable.StartsWith("IV_PLAT=");
        if (!isPlatform && !variable.StartsWith("IV_VER="))
            return;
        if (_byAddress.Count >= MaxAddresses && !_byAddress.ContainsKey(address))
            _byAddress.Clear();
        (string? platform, string? version) = _byAddress.GetValueOrDefault(address);
        string value = variable[(variable.IndexOf('=') + 1)..].ToString();
        _byAddress[address] = isPlatform ? (value, version) : (platform, value);
    }

    /// <param name="realAddress">As <c>status</c> writes it; from 2.7 on with the protocol in front.</param>
    public string? Find(string realAddress) =>
        _byAddress.TryGetValue(realAddress, out (string? Platform, string? Version) said)
        || _byAddress.TryGetValue(realAddress[(realAddress.IndexOf(':', StringComparison.Ordinal) + 1)..], out said)
            ? Platform.Describe(said.Platform, said.Version)
            : null;
}
