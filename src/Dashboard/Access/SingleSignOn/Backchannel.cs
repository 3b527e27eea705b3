namespace Dashboard.Access.SingleSignOn;

/// <summary>How we ask the identity provider ourselves: without being led elsewhere, with limits of time and size.</summary>
internal sealed class Backchannel : IDisposable
{
    private const long MaxResponse = 1024 * 1024;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = s_timeout,
        MaxResponseContentBufferSize = MaxResponse,
    };

    public void Dispose() => Client.Dispose();
}
