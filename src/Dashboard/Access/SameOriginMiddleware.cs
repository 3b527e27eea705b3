using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access;

/// <summary>
/// Protection against requests that another site makes a signed-in browser send. A cookie travels by itself, so
/// whatever may change something (an unsafe method) or opens a WebSocket, and is authenticated by the cookie, must come from
/// our own pages. Browsers say so in headers that no script can set: <c>Sec-Fetch-Site</c>, or <c>Origin</c> where
/// that is not sent (plain http, WebSockets). Requests with an API token are not concerned: nobody else can add it.
/// Forms are protected by antiforgery tokens besides.
/// </summary>
internal sealed class SameOriginMiddleware(RequestDelegate next, ILogger<SameOriginMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        bool byCookie = string.Equals(context.User.Identity?.AuthenticationType, IdentityConstants.ApplicationScheme, StringComparison.Ordinal);
        if (!byCookie || !MayAct(request) || IsSameOrigin(request))
            return next(context);

        Log.CrossOriginRefused(logger, request.Method, new VisibleText(request.Path), new VisibleText(request.Headers.Origin), new VisibleText(request.Host.Value), context.Connection.RemoteIpAddress);
        return AccessResponses.ForbiddenAsync(context, "Requests that change something are taken from the dashboard's own pages, or with an API token.");
    }

    private static bool MayAct(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || HttpMethods.IsTrace(request.Method))
        || request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase);

    private static bool IsSameOrigin(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        return site.Length > 0
            ? string.Equals(site, "same-origin", StringComparison.Ordinal)
            : Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out Uri? origin)
              && string.Equals(origin.Scheme, request.Scheme, StringComparison.OrdinalIgnoreCase)
              && request.Host.HasValue
              && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out Uri? self)
              && string.Equals(origin.Authority, self.Authority, StringComparison.OrdinalIgnoreCase);
    }
}
