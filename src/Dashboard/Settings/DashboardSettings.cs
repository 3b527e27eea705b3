using Dashboard.Access;
using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.Tls;

namespace Dashboard.Settings;

/// <summary>The whole section <c>Dashboard</c>: what may stand in it. Each feature binds its own part.</summary>
internal sealed class DashboardSettings
{
    /// <summary>Where the dashboard listens, separated by semicolons.</summary>
    public string Urls { get; set; } = DashboardApp.DefaultUrls;

    /// <summary>What people type into a browser to get here, for links that are printed. Null: an address of <see cref="Urls"/>.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>The path under which a proxy shows the dashboard, such as <c>/vpn</c>. Null: it has the host for itself.</summary>
    public string? PathBase { get; set; }

    public IList<ServerOptions> Servers { get; init; } = [];
    public IList<ListenerOptions> Listeners { get; init; } = [];
    public HistoryOptions History { get; init; } = new();
    public TlsOptions Tls { get; init; } = new();
    public AccessOptions Access { get; init; } = new();
}
