using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tunnel.Http;

namespace Tunnel.Client;

/// <summary>Sends what comes through the tunnel to the one backend of the configuration. What fails there is answered 502 with an empty body.</summary>
internal sealed class BackendProxy : IDisposable
{
    private readonly BackendAddress _address;
    private readonly BackendConnections _connections;
    private readonly TunnelClientOptions _options;
    private readonly ExchangeWatch _watch;
    private readonly ILogger _logger;

    public BackendProxy(Uri backend, TunnelClientOptions options, ILogger logger, TimeProvider time)
    {
        _address = new BackendAddress(backend);
        _connections = new BackendConnections(_address, time);
        _watch = new ExchangeWatch(time);
        (_options, _logger) = (options, logger);
    }

    public async Task InvokeAsync(HttpContext context)
    {
        if (!Forwarding.TryGetTarget(context, out string? target) || _address.Join(target) is not { } joined)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using HttpRequestMessage request = Forwarding.CreateRequest(context, _address.Origin, joined);
        request.Headers.Host = _options.BackendHost ?? context.Request.Host.Value;
        AppendForwardedFor(context, request);
        try
        {
            using HttpResponseMessage answer = await SendAsync(request, context.RequestAborted).ConfigureAwait(false);
            await Forwarding.CopyAnswerAsync(answer, context, static _ => false).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The visitor left.
        }
        catch (Exception failure) when (failure is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            Log.BackendFailed(_logger, _address.Url, failure.Message);
            if (context.Response.HasStarted)
                context.Abort();
            else
                context.Response.StatusCode = failure is TunnelException { Error: TunnelError.TimedOut } ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status502BadGateway;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null && _connections.TryTakeIdle() is { } idle)
        {
            try
            {
                return await HttpExchange.SendAsync(idle, request, allowUpgrade: true, _options.Http, _watch, cancellationToken).ConfigureAwait(false);
            }
            catch (TunnelException failure) when (HttpExchange.MayRepeat(failure))
            {
                // The backend had closed the idle connection before the request reached it.
            }
        }

        BackendTransport fresh = await _connections.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await HttpExchange.SendAsync(fresh, request, allowUpgrade: true, _options.Http, _watch, cancellationToken).ConfigureAwait(false);
    }

    private static void AppendForwardedFor(HttpContext context, HttpRequestMessage request)
    {
        if (context.Connection.RemoteIpAddress is not { } server)
            return;
        string before = context.Request.Headers["X-Forwarded-For"].ToString();
        request.Headers.Remove("X-Forwarded-For");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", before.Length == 0 ? server.ToString() : $"{before}, {server}");
    }

    public void Dispose()
    {
        _watch.Dispose();
        _connections.Dispose();
    }
}
