using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Dashboard.Access.SingleSignOn;

/// <summary>
/// What the provider that the configuration names says of itself (OpenID Connect Discovery 1.0), its keys above all, and the client by
/// which it is asked. Where the package's own reader believes whatever it finds, this one insists on the configured issuer and on addresses
/// that nobody can listen in on.
/// </summary>
internal sealed class ProviderConfiguration : BaseConfigurationManager, IConfigurationManager<OpenIdConnectConfiguration>, IDocumentRetriever, IDisposable
{
    private const long MaxResponse = 1024 * 1024;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_believed = TimeSpan.FromHours(1);

    /// <summary>A token with an unknown key has the keys read again, but not more often than this.</summary>
    private static readonly TimeSpan s_betweenReadings = TimeSpan.FromMinutes(1);

    private readonly IOptions<AccessOptions> _access;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private Known? _known;
    private volatile bool _isDoubted;

    public ProviderConfiguration(IOptions<AccessOptions> access, TimeProvider time)
    {
        (_access, _time) = (access, time);
        Client = new HttpClient(new ClientAuthentication(this)) { Timeout = s_timeout, MaxResponseContentBufferSize = MaxResponse };
        UseLastKnownGoodConfiguration = false; // a key that the provider has withdrawn is good for nothing
    }

    /// <summary>Asks the provider: is not led elsewhere, and has limits of time and size.</summary>
    public HttpClient Client { get; }

    /// <summary>Whether secrets may travel to this address: by https, or within this machine.</summary>
    public static bool IsSafe(Uri address) =>
        address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <exception cref="SingleSignOnException">The provider cannot be reached, or says what cannot be.</exception>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        if (Believed() is { } fresh)
            return fresh;
        await _reading.WaitAsync(cancel);
        try
        {
            if (Believed() is { } known)
                return known; // somebody else has read it meanwhile
            string authority = _access.Value.SingleSignOn.Authority!;
            OpenIdConnectConfiguration configuration = await OpenIdConnectConfigurationRetriever.GetAsync($"{authority.TrimEnd('/')}/.well-known/openid-configuration", this, cancel);
            Check(configuration, authority);
            configuration.SigningKeys.Clear();
            foreach (JsonWebKey key in ProviderKeys.Usable(configuration.JsonWebKeySet))
                configuration.SigningKeys.Add(key);
            _isDoubted = false;
            _known = new Known(configuration, _time.GetUtcNow());
            return configuration;
        }
        catch (Exception e) when (e is not (SingleSignOnException or OperationCanceledException))
        {
            throw new SingleSignOnException("What the provider says of itself cannot be understood.", e);
        }
        finally
        {
            _reading.Release();
        }
    }

    public override async Task<BaseConfiguration> GetBaseConfigurationAsync(CancellationToken cancel) => await GetConfigurationAsync(cancel);

    public override void RequestRefresh() => _isDoubted = true;

    /// <summary>One of the documents of <see cref="GetConfigurationAsync"/>.</summary>
    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || !IsSafe(uri))
            throw new SingleSignOnException("The provider's jwks_uri is not an https address.");
        try
        {
            using HttpResponseMessage response = await Client.GetAsync(uri, cancel);
            return response.IsSuccessStatusCode
                ? await response.Content.ReadAsStringAsync(cancel)
                : throw new SingleSignOnException($"Could not read what the provider says of itself: {uri.Authority} answered with status {(int)response.StatusCode}.");
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            throw new SingleSignOnException($"Could not read what the provider says of itself: {uri.Authority} cannot be reached ({e.Message}).", e);
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        _reading.Dispose();
    }

    private OpenIdConnectConfiguration? Believed() =>
        _known is { } known && _time.GetUtcNow() - known.ReadAt < (_isDoubted ? s_betweenReadings : s_believed) ? known.Configuration : null;

    private static void Check(OpenIdConnectConfiguration configuration, string authority)
    {
        if (!string.Equals(configuration.Issuer?.TrimEnd('/'), authority.TrimEnd('/'), StringComparison.Ordinal))
            throw new SingleSignOnException($"The provider calls itself '{new VisibleText(configuration.Issuer, 200)}', not '{authority}': {nameof(SingleSignOnOptions.Authority)} has to be what it calls itself.");
        CheckAddress(configuration.AuthorizationEndpoint, "authorization_endpoint", isNeeded: true);
        CheckAddress(configuration.TokenEndpoint, "token_endpoint", isNeeded: true);
        CheckAddress(configuration.JwksUri, "jwks_uri", isNeeded: true);
        CheckAddress(configuration.UserInfoEndpoint, "userinfo_endpoint", isNeeded: false);
        CheckAddress(configuration.EndSessionEndpoint, "end_session_endpoint", isNeeded: false);
    }

    private static void CheckAddress(string? text, string name, bool isNeeded)
    {
        if (string.IsNullOrEmpty(text) ? isNeeded : !Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || !IsSafe(address))
            throw new SingleSignOnException(string.IsNullOrEmpty(text) ? $"The provider names no {name}." : $"The provider's {name} is not an https address.");
    }

    private sealed record Known(OpenIdConnectConfiguration Configuration, DateTimeOffset ReadAt);

    /// <summary>
    /// Says by our secret that it is us who redeem a code: in the Authorization header, as is the default of OpenID Connect, where the
    /// package knows only the form. Nothing else is ever posted.
    /// </summary>
    private sealed class ClientAuthentication(ProviderConfiguration provider)
        : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
        {
            SingleSignOnOptions sso = provider._access.Value.SingleSignOn;
            if (request.Method == HttpMethod.Post && sso.TryReadSecret(out string? secret, out _) && secret is not null)
            {
                ICollection<string> methods = (await provider.GetConfigurationAsync(cancel)).TokenEndpointAuthMethodsSupported;
                if (methods.Count == 0 || methods.Contains("client_secret_basic"))
                {
                    // Both are form-encoded first: RFC 6749 section 2.3.1.
                    string pair = $"{Uri.EscapeDataString(sso.ClientId!)}:{Uri.EscapeDataString(secret)}";
                    request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
                }
                else
                {
                    string form = await request.Content!.ReadAsStringAsync(cancel);
                    request.Content = new StringContent($"{form}&client_secret={Uri.EscapeDataString(secret)}", Encoding.UTF8, "application/x-www-form-urlencoded");
                }
            }
            return await base.SendAsync(request, cancel);
        }
    }
}
