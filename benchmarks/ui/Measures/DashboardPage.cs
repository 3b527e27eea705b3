using Ui.Benchmarks.Running;

namespace Ui.Benchmarks.Measures;

/// <summary>A page that every build has.</summary>
internal sealed record DashboardPage(string Name, string Address, PageKind Kind = PageKind.Live)
{
    public static readonly IReadOnlyList<DashboardPage> All =
    [
        new("sign-in", "/account/sign-in", PageKind.ForStrangers),
        new("account", "/account", PageKind.Plain),
        new("overview", "/"),
        new("server", Stage.ServerPage()),
        new("server, log", Stage.ServerPage() + "?tab=log"),
        new("server, echo", Stage.ServerPage() + "?tab=echo"),
        new("server, control", Stage.ServerPage() + "?tab=control"),
        new("server, console", Stage.ServerPage() + "?tab=console"),
        new("server, diagnosis", Stage.ServerPage() + "?tab=diagnosis"),
        new("client", "/clients/alice"),
        new("approvals", "/approvals"),
        new("sessions", "/sessions"),
        new("events", "/events"),
        new("report, bandwidth", "/reports"),
        new("report, top talkers", "/reports/top"),
        new("report, concurrent clients", "/reports/concurrency"),
        new("report, 95th percentile", "/reports/billing"),
        new("report, reconnects", "/reports/reconnects"),
        new("report, shared certificates", "/reports/shared"),
        new("report, last seen", "/reports/idle"),
        new("report, failed attempts", "/reports/failed"),
        new("audit", "/audit"),
        new("settings, users", "/settings/users"),
        new("settings, tokens", "/settings/tokens"),
        new("settings, history", "/settings/history"),
    ];
}

/// <summary>How a page works.</summary>
internal enum PageKind
{
    /// <summary>With a circuit, for who has signed in.</summary>
    Live,

    /// <summary>Without script, for who has signed in.</summary>
    Plain,

    /// <summary>Without script, for who has not.</summary>
    ForStrangers,
}
