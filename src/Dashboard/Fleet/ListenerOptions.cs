namespace Dashboard.Fleet;

/// <summary>
/// An OpenVPN process that dials us (<c>management-client</c>): an entry of <c>Dashboard:Listeners</c>. Whoever dials this
/// <see cref="ServerOptions.Endpoint"/> is taken for it, one at a time.
/// </summary>
public sealed class ListenerOptions : ServerOptions;
