using Microsoft.AspNetCore.Components.Endpoints;

namespace Dashboard.Access;

/// <summary>How a request is turned away: a person who asked for a page is led to one, everything else gets problem details (RFC 9457).</summary>
internal static class AccessResponses
{
    public static Task UnauthorizedAsync(HttpContext context, string? error = null)
    {
        context.Response.Headers.WWWAuthenticate =
            error is null ? "Bearer realm=\"OpenVPN Dashboard\"" : $"Bearer realm=\"OpenVPN Dashboard\", error=\"{error}\"";
        return TypedResults.Problem(
            error is null ? "Sign in, or send an API token as \"Authorization: Bearer …\"." : "The API token is not valid.",
            statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
    }

    /// <summary>The database that knows whether the token is good is away.</summary>
    public static Task CannotCheckAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return TypedResults.Problem("The API token cannot be checked while the database is away.", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
    }

    public static Task ForbiddenAsync(HttpContext context, string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);

    /// <summary>Whether a page was asked for. An address that leads nowhere counts as one if a browser typed it.</summary>
    public static bool WantsPage(HttpContext context) =>
        context.GetEndpoint() is { } endpoint
            ? endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null
            : !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
              && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
