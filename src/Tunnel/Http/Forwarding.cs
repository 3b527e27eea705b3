using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Tunnel.Http;

/// <summary>From an ASP.NET Core request to one that is sent on, and from its answer back. Both ends of a tunnel do this.</summary>
internal static class Forwarding
{
    private const int BufferSize = 64 * 1024;
    private static readonly UriCreationOptions s_asItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>Path and query exactly as the visitor wrote them; false for what is not a path, such as <c>*</c> or an authority.</summary>
    public static bool TryGetTarget(HttpContext context, [NotNullWhen(true)] out string? target)
    {
        target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(target))
            return false;
        if (target[0] == '/')
            return true;
        // GET http://host/path: the absolute form, of which only the path counts.
        if (!target.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !target.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return false;
        int path = target.IndexOfAny(['/', '?'], target.IndexOf("//", StringComparison.Ordinal) + 2);
        target = path < 0 ? "/" : target[path] == '?' ? "/" + target[path..] : target[path..];
        return true;
    }

    /// <summary>The request to send on; its header still has to be completed with what the hop adds.</summary>
    /// <param name="context">Its body is read while the request is sent.</param>
    /// <param name="origin">scheme://host:port of where it goes.</param>
    /// <param name="target">Path and query.</param>
    public static HttpRequestMessage CreateRequest(HttpContext context, string origin, string target)
    {
        HttpRequest from = context.Request;
        var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(origin + target, s_asItIs));
        bool hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;
        if (hasBody)
            request.Content = new BodyContent(from.Body, from.ContentLength);
        string? connection = from.Headers.Connection;
        bool asksUpgrade = HttpSyntax.ListContains(connection, "Upgrade") && !StringValues.IsNullOrEmpty(from.Headers.Upgrade);
        foreach ((string name, StringValues values) in from.Headers)
        {
            bool isUpgradeHeader = asksUpgrade && name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase);
            if (!isUpgradeHeader && (HttpSyntax.IsHopByHop(name) || HttpSyntax.ListContains(connection, name)))
                continue;
            if (name.Length > 0 && name[0] == ':')
                continue;
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        if (asksUpgrade)
            request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.Host = from.Host.Value;
        return request;
    }

    /// <summary>Passes an answer on: head, body, or after 101 both directions until one ends.</summary>
    public static async Task CopyAnswerAsync(HttpResponseMessage answer, HttpContext context, Func<string, bool> dropHeader)
    {
        HttpResponse to = context.Response;
        to.StatusCode = (int)answer.StatusCode;
        CopyHeaders(answer.Headers.NonValidated, to, dropHeader);
        CopyHeaders(answer.Content.Headers.NonValidated, to, dropHeader);
        Stream body = await answer.Content.ReadAsStreamAsync(context.RequestAborted).ConfigureAwait(false);
        if (to.StatusCode == StatusCodes.Status101SwitchingProtocols)
            await JoinAsync(body, context).ConfigureAwait(false);
        else
            await CopyBodyAsync(body, context).ConfigureAwait(false);
    }

    private static void CopyHeaders(HttpHeadersNonValidated headers, HttpResponse to, Func<string, bool> drop)
    {
        foreach ((string name, HeaderStringValues values) in headers)
        {
            if (HttpSyntax.IsHopByHop(name) || drop(name))
                continue;
            to.Headers.Append(name, values.Count == 1 ? values.ToString() : new StringValues([.. values]));
        }
    }

    private static async Task CopyBodyAsync(Stream body, HttpContext context)
    {
        CancellationToken aborted = context.RequestAborted;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await body.ReadAsync(buffer, aborted).ConfigureAwait(false)) > 0)
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), aborted).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task JoinAsync(Stream far, HttpContext context)
    {
        IHttpUpgradeFeature upgrade = context.Features.GetRequiredFeature<IHttpUpgradeFeature>();
        Stream near = await upgrade.UpgradeAsync().ConfigureAwait(false);
        await using (near.ConfigureAwait(false))
        await using (far.ConfigureAwait(false))
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            Task up = near.CopyToAsync(far, BufferSize, over.Token);
            Task down = far.CopyToAsync(near, BufferSize, over.Token);
            await Task.WhenAny(up, down).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await far.DisposeAsync().ConfigureAwait(false);
            await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
