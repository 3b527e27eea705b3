using System.Collections.Immutable;

using Dashboard.Live;

using Mgmt.Core;

namespace Dashboard.Tests.Components;

/// <summary>Servers and clients to draw.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 14, 30, 0, TimeSpan.Zero);

    /// <summary>Names that try to break a page: markup, 64 characters of several bytes, a right-to-left override, control characters.</summary>
    public static readonly TheoryData<string> HostileNames =
    [
        "<b>x</b>",
        "<script>alert(1)</script>",
        "\" onmouseover=\"alert(1)",
        new string('長', 64),
        "evil\u202Egnp.exe",
        "line\r\nbreak\u0000\u001b[31m",
        "half\ud800pair",
    ];

    public static ServerSnapshot Server(string name = "paris", ServerStatus status = ServerStatus.Live) =>
        new(name, $"unix:/run/openvpn/{name}.sock")
        {
            Status = status,
            StatusSince = Now.AddMinutes(-41),
            LastSeen = status is ServerStatus.Live ? Now : Now.AddMinutes(-41),
            Version = "2.6.14",
            Clients = [],
            AsOf = Now,
        };

    public static ClientSnapshot Client(string name = "alice", uint cid = 0, string address = "203.0.113.7:51634", string server = "paris") =>
        new(new SessionIdentity(server, new ClientId(cid), Now.AddHours(-3).AddMinutes(-12), name, address)) { AsOf = Now };

    public static ServerSnapshot With(this ServerSnapshot server, params ClientSnapshot[] clients) => server with { Clients = [.. clients] };

    /// <summary>One point each 2 s up to <see cref="Now"/>; NaN is unknown.</summary>
    public static ImmutableArray<RatePoint> Points(params float[] rates) =>
        [.. rates.Select((rate, i) => new RatePoint(Now.AddSeconds(-2 * (rates.Length - 1 - i)), rate, rate * 2))];
}
