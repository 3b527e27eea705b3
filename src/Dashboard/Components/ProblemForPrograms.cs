using Dashboard.Access;

using Microsoft.AspNetCore.Diagnostics;

namespace Dashboard.Components;

/// <summary>Answers a failed request with problem details (RFC 9457), unless a person asked for a page: that gets the error page.</summary>
internal sealed class ProblemForPrograms(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken) =>
        !AccessResponses.WantsPage(httpContext)
        && await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext });
}
