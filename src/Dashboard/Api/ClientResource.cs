using Dashboard.Live;

namespace Dashboard.Api;

/// <summary>A client's session as the API shows it: received is from the client, sent is to the client.</summary>
internal sealed record ClientResource(
    string Session,
    uint Cid,
    string CommonName,
    string? Username,
    string RealAddress,
    string? VirtualAddress,
    string? VirtualAddress6,
    DateTimeOffset ConnectedSince,
    long ReceivedBytes,
    long SentBytes,
    double? ReceivedRate,
    double? SentRate,
    string? Cipher,
    string? Platform,
    RateSource RateSource,
    DateTimeOffset AsOf)
{
    public static ClientResource From(ClientSnapshot client) => new(
        client.Session.ToString(),
        client.Identity.Cid.Value,
        client.CommonName,
        client.Username,
        client.RealAddress,
        client.VirtualAddress,
        client.VirtualAddress6,
        client.ConnectedSince,
        client.ReceivedBytes,
        client.SentBytes,
        client.ReceivedRate,
        client.SentRate,
        client.Cipher,
        client.Platform,
        client.RateSource,
        client.AsOf);
}
