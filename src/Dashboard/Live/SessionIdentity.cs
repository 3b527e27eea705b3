using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Mgmt.Core;

namespace Dashboard.Live;

/// <summary>
/// What makes a client session this one and no other. Neither the name nor the CID does alone: names are shared, and CIDs
/// start again at 0 with every restart of the daemon. The address is no part of it: a client that floats to another one
/// stays the same session, also for a dashboard that was started after it had moved.
/// </summary>
/// <param name="ConnectedSince">The daemon's time_t, whole seconds.</param>
/// <param name="RealAddress">Where the session was first seen, as the daemon writes it: its form differs between releases and socket types.</param>
public sealed record SessionIdentity(string Server, ClientId Cid, DateTimeOffset ConnectedSince, string CommonName, string RealAddress)
{
    public SessionId Id => field.Value == Guid.Empty ? field = Derive() : field;

    private SessionId Derive()
    {
        // Unit separators: no field can hold one, the daemon replaces control characters.
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{Server}\u001f{Cid.Value}\u001f{ConnectedSince.ToUnixTimeSeconds()}\u001f{CommonName}");
        return new SessionId(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16), bigEndian: true));
    }
}
