using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Tunnel.Http;

/// <summary>Writes the head of a request in HTTP/1.1 wire form. Whatever it is given, it writes one request and no more.</summary>
internal static class RequestHead
{
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="request">Its hop-by-hop headers and Expect are left out; Expect because a tunnel client would take 100 for the answer.</param>
    /// <param name="upgrade">The protocol to change to, when the request asks for that and may.</param>
    /// <exception cref="InvalidDataException">The request cannot be written: a line break or NUL, no host, a method that is no token.</exception>
    public static void Write(ArrayBufferWriter<byte> buffer, HttpRequestMessage request, string? upgrade)
    {
        Uri target = request.RequestUri is { IsAbsoluteUri: true } uri ? uri : throw new InvalidDataException("A request needs an absolute address.");
        if (!HttpSyntax.IsToken(request.Method.Method))
            throw new InvalidDataException("A request's method is not a token.");
        Append(buffer, request.Method.Method);
        Append(buffer, " ");
        AppendTarget(buffer, target.PathAndQuery);
        Append(buffer, " HTTP/1.1\r\n");
        AppendHeader(buffer, "Host", request.Headers.Host ?? target.Authority);
        if (upgrade is not null)
        {
            AppendHeader(buffer, "Connection", "Upgrade");
            AppendHeader(buffer, "Upgrade", upgrade);
        }

        if (request.Content is { } content)
        {
            if (content.Headers.ContentLength is { } length)
                AppendHeader(buffer, "Content-Length", length.ToString(CultureInfo.InvariantCulture));
            else
                AppendHeader(buffer, "Transfer-Encoding", "chunked");
        }
        else if (request.Method == HttpMethod.Post || request.Method == HttpMethod.Put || request.Method == HttpMethod.Patch)
        {
            AppendHeader(buffer, "Content-Length", "0");
        }

        string? connection = request.Headers.NonValidated.TryGetValues("Connection", out HeaderStringValues named) ? named.ToString() : null;
        AppendHeaders(buffer, request.Headers.NonValidated, connection);
        if (request.Content is not null)
            AppendHeaders(buffer, request.Content.Headers.NonValidated, connection);
        Append(buffer, "\r\n");
    }

    private static void AppendHeaders(ArrayBufferWriter<byte> buffer, HttpHeadersNonValidated headers, string? connection)
    {
        foreach ((string name, HeaderStringValues values) in headers)
        {
            if (HttpSyntax.IsHopByHop(name)
                || name.Equals("Host", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Expect", StringComparison.OrdinalIgnoreCase)
                || (connection is not null && HttpSyntax.ListContains(connection, name)))
                continue;
            if (!HttpSyntax.IsToken(name))
                throw new InvalidDataException("A header of a request has no proper name.");
            if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
            {
                AppendHeader(buffer, name, string.Join("; ", values));
                continue;
            }

            foreach (string value in values)
                AppendHeader(buffer, name, value);
        }
    }

    private static void AppendTarget(ArrayBufferWriter<byte> buffer, string target)
    {
        foreach (char c in target)
        {
            if (c is <= ' ' or (char)127)
                throw new InvalidDataException("A request's path holds a blank or a control character.");
        }

        Append(buffer, target);
    }

    private static void AppendHeader(ArrayBufferWriter<byte> buffer, string name, string value)
    {
        if (!HttpSyntax.IsValue(value))
            throw new InvalidDataException("A header of a request holds a line break or NUL.");
        Append(buffer, name);
        Append(buffer, ": ");
        Append(buffer, value);
        Append(buffer, "\r\n");
    }

    private static void Append(ArrayBufferWriter<byte> buffer, string text)
    {
        int count = Encoding.UTF8.GetBytes(text, buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        buffer.Advance(count);
    }
}
