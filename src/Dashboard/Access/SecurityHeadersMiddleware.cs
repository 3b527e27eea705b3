namespace Dashboard.Access;

/// <summary>What every response tells the browser: nothing but our own script runs, nobody frames us, nothing leaks to where a link leads.</summary>
internal sealed class SecurityHeadersMiddleware(RequestDelegate next)
{
    // No page may hold or add a style element. style-src-attr: style attributes are written by the component library, by the framework's
    // Virtualize (its spacers) and by ApexCharts; uPlot's charts need none. connect-src 'self' covers our WebSocket, too.
    public const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; style-src-elem 'self'; style-src-attr 'unsafe-inline'; "
        + "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        // As late as possible: an error page starts from an empty set of headers, and Blazor adds a policy of its own.
        context.Response.OnStarting(static state =>
        {
            IHeaderDictionary headers = ((HttpContext)state).Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin"; // with no-referrer, our own forms would come with "Origin: null"
            headers["Permissions-Policy"] = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            if (headers.CacheControl.Count == 0)
                headers.CacheControl = "no-store"; // what is shown here is nobody else's business; static files say otherwise themselves
            return Task.CompletedTask;
        }, context);
        return next(context);
    }
}
