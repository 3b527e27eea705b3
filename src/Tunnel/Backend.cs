using System.Net;

namespace Tunnel;

/// <summary>The public state of one tunnel connection as its server sees it.</summary>
/// <param name="Id">Made by the server, random.</param>
/// <param name="Protocol">What carries the connection.</param>
/// <param name="User">Who owns the token it came with.</param>
/// <param name="Domain">The one domain it serves, normalised.</param>
/// <param name="Phi">Suspicion that it is dead: 0 is none, 1 means a tenth of healthy pings take this long, 2 a hundredth …; never above 16.</param>
/// <param name="Host">Where it came from, when that is known.</param>
/// <param name="Usable">Whether requests are sent to it.</param>
/// <param name="ConnectedAt">When its credentials were accepted.</param>
/// <param name="RequestsInFlight">Requests that have not ended yet.</param>
public sealed record Backend(
    Guid Id,
    CarrierProtocol Protocol,
    string User,
    string Domain,
    double Phi,
    EndPoint? Host,
    bool Usable,
    DateTimeOffset ConnectedAt,
    int RequestsInFlight);
