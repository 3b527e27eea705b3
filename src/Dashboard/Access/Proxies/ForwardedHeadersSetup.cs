using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Dashboard.Access.Proxies;

/// <summary>Lets the framework take the sender, the scheme and the host from the headers that a known proxy has set, hop by hop.</summary>
internal sealed class ForwardedHeadersSetup(IOptions<AccessOptions> access) : IConfigureOptions<ForwardedHeadersOptions>
{
    public void Configure(ForwardedHeadersOptions options)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        options.ForwardLimit = null; // as many hops as there are known proxies in a row; the first unknown one is the sender
        options.KnownProxies.Clear(); // the framework's default is loopback, where everybody on this machine is
        options.KnownIPNetworks.Clear();
        foreach (string entry in access.Value.KnownProxies)
        {
            if (KnownProxies.TryParse(entry, out System.Net.IPNetwork network))
                options.KnownIPNetworks.Add(network);
        }
    }
}
