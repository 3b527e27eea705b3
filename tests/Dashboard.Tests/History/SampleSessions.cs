using Dashboard.Fleet;
using Dashboard.Live;

using Mgmt.Core;

namespace Dashboard.Tests.History;

/// <summary>Sessions to write history of.</summary>
internal static class SampleSessions
{
    public static readonly SessionDetails Details = new("alice@example.net", "10.8.0.2", "fd00::1000", "linux 2.6.14", "AES-256-GCM");

    public static SessionIdentity Session(uint cid, DateTimeOffset connectedSince, string server = "paris", string commonName = "alice") =>
        new(server, new ClientId(cid), connectedSince, commonName, "192.0.2.7:1194");
}
