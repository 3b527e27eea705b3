using System.Net;
using Dashboard.Access.External;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Dashboard.Access.Proxies;

/// <summary>Reads who somebody is from the headers of the proxy that had them sign in.</summary>
internal sealed class ProxySignIn
{
    public const string Issuer = "proxy";

    /// <summary>The way to sign in, as the list of sessions names it.</summary>
    public const string Method = "proxy";

    private readonly ProxySignInOptions _options;
    private readonly IPNetwork[] _addresses;

    public ProxySignIn(IOptions<AccessOptions> access)
    {
        _options = access.Value.ProxySignIn;
        _addresses = [.. _options.Addresses.Select(static entry => KnownProxies.TryParse(entry, out IPNetwork network) ? network : default)];
    }

    /// <summary>
    /// Whom the proxy names; null when it names nobody, or the connection is not the proxy's. A header that comes twice, or
    /// was made one with a comma on the way, says nothing: one of them may be the browser's own, which the proxy should have removed.
    /// </summary>
    public ExternalIdentity? Identify(HttpContext context)
    {
        if (_options.UserHeader is not { } userHeader
            || !KnownProxies.Include(_addresses, context.Features.Get<PeerAddress>()?.Address)
            || context.Request.Headers[userHeader] is not [{ Length: > 0 } user]
            || user.Any(static c => c is ',' || char.IsControl(c)))
            return null;
        StringValues groups = _options.GroupsHeader is { } groupsHeader ? context.Request.Headers[groupsHeader] : default;
        if (groups.Count > 1)
            return null;
        return new ExternalIdentity(Issuer, user, user, groups.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }
}
