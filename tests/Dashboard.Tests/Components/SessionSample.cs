using Dashboard.History.Reports;
using Dashboard.Live;

namespace Dashboard.Tests.Components;

/// <summary>Sessions of the past to draw.</summary>
internal static class SessionSample
{
    public static SessionRecord Of(string name, string server = "paris") => new(
        new SessionId(Guid.NewGuid()), server, name, Username: null, Cid: 4, "203.0.113.7:51634", ["203.0.113.7:51634"], "10.8.0.2", VirtualAddress6: null,
        "linux 2.6.14", "AES-256-GCM", Sample.Now.AddHours(-3), Sample.Now.AddHours(-3), Sample.Now.AddHours(-1), Sample.Now.AddHours(-1), Sample.Now.AddHours(-1),
        "ping-restart", 1_200_000, 8_800_000);
}
