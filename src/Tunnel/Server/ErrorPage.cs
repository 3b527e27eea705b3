using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;

namespace Tunnel.Server;

/// <summary>The short page a visitor gets when no connection can take the request. What the visitor sent is escaped, and none of its headers come back.</summary>
internal static class ErrorPage
{
    public static HttpResponseMessage NoBackend(HttpRequestMessage request) =>
        Create(request, HttpStatusCode.BadGateway, "no backends connected", "Nothing is connected that serves this site.");

    public static HttpResponseMessage Busy(HttpRequestMessage request) =>
        Create(request, HttpStatusCode.ServiceUnavailable, "busy", "Everything that serves this site has its hands full. Try again soon.");

    private static HttpResponseMessage Create(HttpRequestMessage request, HttpStatusCode status, string title, string text)
    {
        string host = request.Headers.Host ?? request.RequestUri?.Authority ?? "";
        string? id = request.Headers.TryGetValues("X-Request-Id", out IEnumerable<string>? ids) ? ids.First() : null;
        string requestLine = id is null ? "" : $"<p>Request: {HtmlEncoder.Default.Encode(id)}</p>";
        string html = $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
            <body><h1>{title}</h1><p>{text}</p><p>Host: {HtmlEncoder.Default.Encode(host)}</p>{requestLine}</body></html>
            """;
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(html));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/html", "utf-8");
        return new HttpResponseMessage(status) { RequestMessage = request, Content = content };
    }
}
