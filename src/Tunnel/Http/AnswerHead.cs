using System.Globalization;
using System.Text;

namespace Tunnel.Http;

/// <summary>Status line and headers of an answer, strictly parsed.</summary>
internal sealed class AnswerHead
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private AnswerHead(int status, string reason, bool isVersion11) => (Status, Reason, IsVersion11) = (status, reason, isVersion11);

    public int Status { get; }

    public string Reason { get; }

    public bool IsVersion11 { get; }

    public List<KeyValuePair<string, string>> Headers { get; } = [];

    public long? ContentLength { get; private set; }

    public bool IsChunked { get; private set; }

    /// <summary>The value of <c>Connection</c>, all of them joined.</summary>
    public string? Connection { get; private set; }

    public bool KeepsAlive => IsVersion11 ? !HttpSyntax.ListContains(Connection, "close") : HttpSyntax.ListContains(Connection, "keep-alive");

    /// <summary>Finds the end of a head: the index behind the empty line, or -1 while it has not come.</summary>
    public static int FindEnd(ReadOnlySpan<byte> received)
    {
        int end = received.IndexOf("\r\n\r\n"u8);
        return end < 0 ? -1 : end + 4;
    }

    /// <summary>Parses a head up to and with its empty line.</summary>
    /// <exception cref="InvalidDataException">It breaks the rules; the message says which.</exception>
    public static AnswerHead Parse(ReadOnlySpan<byte> head)
    {
        AnswerHead answer = ParseStatusLine(TakeLine(ref head));
        while (!head.IsEmpty)
        {
            ReadOnlySpan<byte> line = TakeLine(ref head);
            if (line.IsEmpty)
                break;
            answer.AddHeader(line);
        }

        if (answer.IsChunked && answer.ContentLength is not null)
            throw new InvalidDataException("An answer has both Content-Length and Transfer-Encoding.");
        return answer;
    }

    // HTTP/1.1 200 OK
    private static AnswerHead ParseStatusLine(ReadOnlySpan<byte> line)
    {
        bool isVersion11 = line.StartsWith("HTTP/1.1 "u8);
        if (!isVersion11 && !line.StartsWith("HTTP/1.0 "u8))
            throw new InvalidDataException("An answer does not begin with HTTP/1.1.");
        line = line["HTTP/1.1 ".Length..];
        if (line.Length < 3 || !TryParseStatus(line[..3], out int status) || (line.Length > 3 && line[3] != ' '))
            throw new InvalidDataException("An answer has no status.");
        string reason = line.Length <= 4 ? "" : Encoding.Latin1.GetString(line[4..]);
        return new AnswerHead(status, reason, isVersion11);
    }

    private static bool TryParseStatus(ReadOnlySpan<byte> digits, out int status) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= 100 and <= 999;

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf("\r\n"u8);
        if (end < 0)
            throw new InvalidDataException("A line of an answer does not end.");
        ReadOnlySpan<byte> line = rest[..end];
        if (!HttpSyntax.IsValue(line))
            throw new InvalidDataException("A line of an answer holds a bare CR, a bare LF or NUL.");
        rest = rest[(end + 2)..];
        return line;
    }

    private void AddHeader(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon < 0 || !HttpSyntax.IsToken(line[..colon])) // a folded line begins with a blank and fails here, too
            throw new InvalidDataException("A header of an answer has no proper name.");
        string name = Encoding.ASCII.GetString(line[..colon]);
        string value = Decode(line[(colon + 1)..].Trim(" \t"u8));
        if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            SetContentLength(value);
        else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            SetTransferEncoding(value);
        else if (name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            Connection = Connection is null ? value : $"{Connection}, {value}";
        Headers.Add(new(name, value));
    }

    private static string Decode(ReadOnlySpan<byte> value)
    {
        try
        {
            return s_utf8.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(value);
        }
    }

    private void SetContentLength(string value)
    {
        if (ContentLength is not null || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long length))
            throw new InvalidDataException("An answer's Content-Length is no number or comes twice.");
        ContentLength = length;
    }

    private void SetTransferEncoding(string value)
    {
        if (IsChunked || !IsVersion11 || !value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException("An answer's Transfer-Encoding is not just 'chunked'.");
        IsChunked = true;
    }
}
