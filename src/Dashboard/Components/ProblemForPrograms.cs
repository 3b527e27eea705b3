using System.Text.Json;
using System.Text.RegularExpressions;

using Dashboard.Access;

using Microsoft.AspNetCore.Diagnostics;

namespace Dashboard.Components;

/// <summary>Answers a failed request with problem details (RFC 9457), unless a person asked for a page: that gets the error page.</summary>
internal sealed partial class ProblemForPrograms(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (AccessResponses.WantsPage(httpContext))
            return false;
        ProblemDetailsContext problem = new() { HttpContext = httpContext };
        if (exception is BadHttpRequestException bad) // the caller's mistake: say which
        {
            httpContext.Response.StatusCode = bad.StatusCode;
            problem.ProblemDetails.Detail = bad.InnerException is JsonException json ? Words(json) : bad.InnerException?.Message ?? bad.Message;
        }
        return await problems.TryWriteAsync(problem);
    }

    // The serializer's own words name our types.
    private static string Words(JsonException error) => error.Path is ['$', '.', .. var name] ? $"'{name}' in the body is not known here, or its value is not one that is taken."
        : Missing().Match(error.Message) is { Success: true } missing ? $"The body lacks {missing.Groups["names"].Value}."
        : "The body is not JSON of the form that is taken here.";

    // JSON deserialization for type '…' was missing required properties including: 'action'.
    [GeneratedRegex(@"missing required properties including: (?<names>'[^']+'(, '[^']+')*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Missing();
}
