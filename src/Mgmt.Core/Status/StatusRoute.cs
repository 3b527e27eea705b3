namespace Mgmt.Core.Status;

/// <summary>One row of a server's routing table.</summary>
/// <param name="VirtualAddress">As on the wire: an address, a network (<c>192.0.2.0/24</c>), a cached address (with <c>C</c> at its end), or in tap mode a MAC address.</param>
/// <param name="CommonName">The client it leads to.</param>
/// <param name="RealAddress">Where that client comes from.</param>
/// <param name="LastReference">When it was last used; null in version 1.</param>
/// <param name="LastReferenceText">The same in the server's local time and words; only in version 1.</param>
public sealed record StatusRoute(string VirtualAddress, string CommonName, RealAddress RealAddress, DateTimeOffset? LastReference, string? LastReferenceText)
{
    /// <summary>Learned from traffic into a client's network rather than configured.</summary>
    public bool IsCached => VirtualAddress.EndsWith('C') && (VirtualAddress.Contains('.', StringComparison.Ordinal) || VirtualAddress.Contains("::", StringComparison.Ordinal) || VirtualAddress.Count(c => c == ':') == 7);

    /// <summary>The address without the mark of a cached one.</summary>
    public string Address => IsCached ? VirtualAddress[..^1] : VirtualAddress;
}
