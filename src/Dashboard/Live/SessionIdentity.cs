using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Mgmt.Core;

namespace Dashboard.Live;

/// <summary>
/// What makes a client session this one and no other: its CID, and its beginning, as CIDs start again at 0 with every restart
/// of the daemon. The name and the address are no part of it: OpenVPN calls one session by its certificate first and by its
/// user later, and a client may float, also before the dashboard was started.
/// </summary>
/// <param name="ConnectedSince">The daemon's time_t, whole seconds.</param>
/// <param name="CommonName">What the daemon calls the session by now.</param>
/// <param name="RealAddress">Where the session was first seen, as the daemon writes it: its form differs between releases and socket types.</param>
public sealed record SessionIdentity(string Server, ClientId Cid, DateTimeOffset ConnectedSince, string CommonName, string RealAddress)
{
    public SessionId Id => field.Value == Guid.Empty ? field = Derive() : field;

    private SessionId Derive()
    {
        // Migrations make the same id in SQL.
        string text = string.Create(CultureInfo.InvariantCulture, $"{Server}\u001f{Cid.Value}\u001f{ConnectedSince.ToUnixTimeSeconds()}");
        return new SessionId(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16), bigEndian: true));
    }
}
