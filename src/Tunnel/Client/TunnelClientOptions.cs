using Microsoft.AspNetCore.Http;
using Tunnel.Http;
using Tunnel.Kcp;
using Tunnel.Smux;
using Tunnel.Sockets;

namespace Tunnel.Client;

/// <summary>Settings of a <see cref="TunnelClient"/> (Go: ClientConfig).</summary>
public sealed record TunnelClientOptions
{
    /// <summary>The tunnel server, host:port; both families are tried (Go: ServerAddr).</summary>
    public required string Server { get; init; }

    /// <summary>What shows that this client may serve the domain (Go: Token).</summary>
    public required string Token { get; init; }

    /// <summary>The public name whose requests come here (Go: Domain).</summary>
    public required string Domain { get; init; }

    /// <summary>The web server requests go to: http or https, with a base path if need be (Go: BackendURL). Not together with <see cref="Handler"/>.</summary>
    public Uri? BackendUrl { get; init; }

    /// <summary>Code that answers requests, instead of a web server.</summary>
    public RequestDelegate? Handler { get; init; }

    /// <summary>The Host that the backend sees; null keeps the visitor's.</summary>
    public string? BackendHost { get; init; }

    /// <summary>What carries the connection (Go: ConnType).</summary>
    public CarrierProtocol Protocol { get; init; } = CarrierProtocol.Tcp;

    /// <summary>Which families of addresses are dialled.</summary>
    public AddressFamilies AddressFamilies { get; init; } = AddressFamilies.Both;

    /// <summary>TLS (Go: TLSConfig).</summary>
    public TunnelTlsOptions Tls { get; init; } = new();

    /// <summary>Whether to ask the server for more than tun2 has.</summary>
    public TunnelExtensions Extensions { get; init; } = TunnelExtensions.Off;

    /// <summary>The multiplexed session.</summary>
    public SmuxOptions Smux { get; init; } = new();

    /// <summary>KCP, when that is the carrier.</summary>
    public KcpOptions Kcp { get; init; } = new();

    /// <summary>How long dialling, TLS and the server's first stream may take together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long to wait between the server's first stream and the credentials: Go's server loses what arrives at once.
    /// </summary>
    public TimeSpan CredentialsDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>After this long without a request or a ping the credentials are sent once more, in case they were lost.</summary>
    public TimeSpan CredentialsRepeat { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>Longest pause between two attempts of <see cref="TunnelClient.RunAsync"/>.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Times and sizes of requests to the backend.</summary>
    public HttpLimits Http { get; init; } = new();

    internal void Validate()
    {
        HostPort.Parse(Server);
        ArgumentException.ThrowIfNullOrEmpty(Token);
        if (!DomainName.TryNormalize(Domain, out _))
            throw new ArgumentException($"'{Domain}' is not a domain name, such as www.example.org.");
        if (BackendUrl is not null && Handler is not null)
            throw new ArgumentException("Either a backend's address or a handler answers requests, not both.");
        if (BackendUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.Fragment.Length > 0))
            throw new ArgumentException($"The backend must be http:// or https:// without user name and fragment.");
        Smux.Validate();
    }

    // Never show the token, whatever prints this.
    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append("Server = ").Append(Server).Append(", Domain = ").Append(Domain).Append(", Protocol = ").Append(Protocol);
        return true;
    }
}
