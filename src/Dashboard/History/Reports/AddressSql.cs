namespace Dashboard.History.Reports;

/// <summary>Real addresses as the daemons write them.</summary>
internal static class AddressSql
{
    /// <summary>
    /// The <c>address</c> without its port. Only what stands behind an IPv4 address or a bracket is one: daemons write IPv6 as
    /// <c>2001:db8::11</c>, and its last number belongs to it. The function <c>session_hosts</c>, which an index is made of, says the same.
    /// </summary>
    public const string WithoutPort = @"regexp_replace(address, '(\]|\.\d+):\d+$', '\1')";
}
