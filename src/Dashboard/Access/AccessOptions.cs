using Dashboard.Access.Tokens;

namespace Dashboard.Access;

/// <summary>Section <c>Dashboard:Access</c>.</summary>
internal sealed class AccessOptions
{
    public const string SectionName = "Dashboard:Access";

    /// <summary>The programs that may use the API.</summary>
    public List<ApiTokenOptions> ApiTokens { get; set; } = [];

    /// <summary>Addresses and networks (<c>10.0.0.0/8</c>) of the proxies in front of us: what they say about a request's sender is believed.</summary>
    public List<string> KnownProxies { get; set; } = [];
}
