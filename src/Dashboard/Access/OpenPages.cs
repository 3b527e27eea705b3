using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Dashboard.Access;

/// <summary>
/// Each open page keeps a connection and its state here. There is room for so many in all, and for so many of one person, so
/// that nobody can take all of it; and they come over WebSockets, where each is one connection that can be counted.
/// </summary>
internal sealed class OpenPages(RequestDelegate next, IOptions<OpenPagesOptions> limits, ILogger<OpenPages> logger)
{
    private const string Path = "/_blazor";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _open = new(StringComparer.OrdinalIgnoreCase);
    private int _all;

    /// <summary>Comes behind the authorization: whoever is refused there takes no room.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        return !string.Equals(path.TrimEnd('/'), Path, StringComparison.OrdinalIgnoreCase) ? next(context)
            : IsWebSocket(context) ? ServeAsync(context)
            : TypedResults.Problem("An open page speaks over a WebSocket.", statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context);
    }

    private async Task ServeAsync(HttpContext context)
    {
        string name = $"{context.User.Identity?.AuthenticationType} {context.User.Identity?.Name}";
        if (!TryEnter(name))
        {
            Log.TooManyOpenPages(logger, new VisibleText(context.User.Identity?.Name), context.Connection.RemoteIpAddress);
            await TypedResults.Problem("Too many pages are open.", statusCode: StatusCodes.Status429TooManyRequests, title: "Too many requests").ExecuteAsync(context);
            return;
        }
        try
        {
            await next(context); // as long as the page is open
        }
        finally
        {
            Leave(name);
        }
    }

    private bool TryEnter(string name)
    {
        lock (_gate)
        {
            int open = _open.GetValueOrDefault(name);
            if (_all >= limits.Value.InAll || open >= limits.Value.PerUser)
                return false;
            (_open[name], _all) = (open + 1, _all + 1);
            return true;
        }
    }

    private void Leave(string name)
    {
        lock (_gate)
        {
            _all--;
            if (--_open[name] == 0)
                _open.Remove(name);
        }
    }

    // Over HTTP/1.1 an upgrade, over HTTP/2 an extended CONNECT.
    private static bool IsWebSocket(HttpContext context) =>
        context.Request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase)
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };
}
