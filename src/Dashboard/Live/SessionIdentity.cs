using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Mgmt.Core;

namespace Dashboard.Live;

/// <summary>
/// What makes a client session this one and no other. Neither the name, nor the address, nor the CID does alone: names are
/// shared, addresses are reused, and CIDs start again at 0 with every restart of the daemon.
/// </summary>
/// <param name="ConnectedSince">The daemon's time_t, whole seconds.</param>
/// <param name="RealAddress">As the daemon writes it: its form differs between releases and socket types.</param>
public sealed record SessionIdentity(string Server, ClientId Cid, DateTimeOffset ConnectedSince, string CommonName, string RealAddress)
{
    public SessionId Id => field.Value == Guid.Empty ? field = Derive() : field;

    private SessionId Derive()
    {
        // Unit separators: no field can hold one, the daemon replaces control characters.
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{Server}\u001f{Cid.Value}\u001f{ConnectedSince.ToUnixTimeSeconds()}\u001f{CommonName}\u001f{RealAddress}");
        return new SessionId(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16), bigEndian: true));
    }
}
