namespace E2E.Pages;

/// <summary>What the tests look at in a client of the API.</summary>
public sealed record ApiClient(string Session, uint Cid, string CommonName, string RealAddress, string? VirtualAddress, long SentBytes, double? ReceivedRate, double? SentRate);
