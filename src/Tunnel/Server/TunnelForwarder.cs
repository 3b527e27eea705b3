using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Tunnel.Http;

namespace Tunnel.Server;

/// <summary>
/// The public web listener's side: takes a visitor's request from ASP.NET Core, sends it through the tunnel that serves its Host, and passes the
/// answer back. Use <see cref="InvokeAsync"/> as the request delegate of the application that visitors reach.
/// </summary>
public sealed class TunnelForwarder
{
    private readonly TunnelServer _server;
    private readonly TunnelForwarderOptions _options;
    private readonly Func<string, bool> _dropAnswerHeader;
    private readonly ConcurrentDictionary<string, int> _byVisitor = new(StringComparer.Ordinal);

    /// <param name="server">Knows the connections.</param>
    /// <param name="options">Defaults when null.</param>
    public TunnelForwarder(TunnelServer server, TunnelForwarderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        _server = server;
        _options = options ?? new TunnelForwarderOptions();
        _dropAnswerHeader = name =>
            name.Equals("Alt-Svc", StringComparison.OrdinalIgnoreCase)
            || (!_options.PassStrictTransportSecurity && name.Equals("Strict-Transport-Security", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Serves one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        string visitor = AddressKey.Of(context.Connection.RemoteIpAddress is { } address ? new System.Net.IPEndPoint(address, 0) : null);
        if (_byVisitor.AddOrUpdate(visitor, 1, static (_, count) => count + 1) > _options.MaxRequestsPerVisitor)
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        else
            await ForwardAsync(context).ConfigureAwait(false);
        if (_byVisitor.AddOrUpdate(visitor, 0, static (_, count) => count - 1) == 0)
            _byVisitor.TryRemove(new KeyValuePair<string, int>(visitor, 0));
    }

    private async Task ForwardAsync(HttpContext context)
    {
        // Kestrel gives a Content-Length that came beside Transfer-Encoding another name; such a request is somebody's attempt at smuggling.
        bool saysLengthTwice = context.Request.Headers.TransferEncoding.Count > 0
            && (context.Request.Headers.ContentLength is not null || context.Request.Headers.ContainsKey("X-Content-Length"));
        if (saysLengthTwice || !Forwarding.TryGetTarget(context, out string? target) || !DomainName.TryNormalize(context.Request.Host.Value, out string? domain))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        SetDataRates(context);
        using HttpRequestMessage request = Forwarding.CreateRequest(context, "http://" + domain, target);
        SetForwardedHeaders(context, request);
        request.Options.Set(TunnelServer.AllowUpgrade, _options.AllowUpgrade(context));
        try
        {
            using HttpResponseMessage answer = await _server.SendAsync(request, context.RequestAborted).ConfigureAwait(false);
            await Forwarding.CopyAnswerAsync(answer, context, _dropAnswerHeader).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The visitor left; the stream is closed, and so the backend knows.
        }
        catch (IOException failure)
        {
            if (context.Response.HasStarted)
                context.Abort(); // half an answer must not look like a whole one
            else
                context.Response.StatusCode = failure is TunnelException { Error: TunnelError.TimedOut } ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status502BadGateway;
        }
    }

    private void SetDataRates(HttpContext context)
    {
        var rate = new MinDataRate(_options.MinimumDataRate, TimeSpan.FromSeconds(5));
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } request)
            request.MinDataRate = rate;
        if (HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IHttpMinResponseDataRateFeature>() is { } response)
            response.MinDataRate = rate;
    }

    private static void SetForwardedHeaders(HttpContext context, HttpRequestMessage request)
    {
        string[] claimed = [.. request.Headers.NonValidated.Select(header => header.Key).Where(IsForwardedHeader)];
        foreach (string name in claimed)
            request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", context.Connection.RemoteIpAddress?.ToString() ?? "unknown");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", context.Request.Scheme);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", context.Request.Host.Value);
    }

    // What a visitor says about where it comes from is not believed.
    private static bool IsForwardedHeader(string name) =>
        name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || name.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase);
}
