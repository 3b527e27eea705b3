namespace Mgmt.Core.Events;

/// <summary>
/// Turns notification lines into events: single lines at once, blocks (<c>&gt;CLIENT</c> and <c>&gt;UPDOWN</c> with their environment)
/// when they are complete. Not thread-safe: it belongs to one reader.
/// </summary>
internal sealed class EventAssembler
{
    /// <summary>A block larger than this (in characters) is dropped as malformed.</summary>
    public const int MaxBlockLength = 256 * 1024;

    private readonly List<KeyValuePair<string, string>> _variables = [];
    private string? _head;    // the line that opened the block, without '>'
    private string _source = "";
    private int _length;

    /// <param name="line">The line without its leading <c>&gt;</c> and its line end.</param>
    /// <param name="deliver">Called for each event that is complete now: none, one or (a broken block before it) two.</param>
    public void Add(string line, Action<ManagementEvent> deliver)
    {
        if (line.StartsWith("CLIENT:ENV,", StringComparison.Ordinal))
            AddVariable("CLIENT", line.AsSpan("CLIENT:ENV,".Length), deliver);
        else if (line.StartsWith("UPDOWN:ENV,", StringComparison.Ordinal))
            AddVariable("UPDOWN", line.AsSpan("UPDOWN:ENV,".Length), deliver);
        else if (line.StartsWith("CLIENT:", StringComparison.Ordinal) && !line.StartsWith("CLIENT:ADDRESS,", StringComparison.Ordinal))
            Open("CLIENT", line, deliver);
        else if (line.StartsWith("UPDOWN:", StringComparison.Ordinal))
            Open("UPDOWN", line, deliver);
        else
            deliver(EventParser.Parse(line)); // also in the middle of a block: log lines may stand there
    }

    private void Open(string source, string line, Action<ManagementEvent> deliver)
    {
        if (_head is not null)
            deliver(EventParser.Malformed(_head, "a block without its end"));
        Reset();
        if (ParseBlock(line, ClientEnvironment.Empty) is null)
        {
            deliver(EventParser.Malformed(line, "an unknown block"));
            return;
        }

        _head = line;
        _source = source;
    }

    // {NAME}={VALUE} | END
    private void AddVariable(string source, ReadOnlySpan<char> text, Action<ManagementEvent> deliver)
    {
        if (_head is null || _source != source)
        {
            // The lines that follow an unknown or broken head are part of one accident: its END is not worth a second report.
            if (text is not "END")
                deliver(new ManagementEvent.Malformed(source + ":ENV", "a variable outside of a block"));
            return;
        }

        if (text is "END")
        {
            ManagementEvent complete = _length > MaxBlockLength
                ? EventParser.Malformed(_head, "a block that is too large")
                : ParseBlock(_head, new ClientEnvironment(_variables))!;
            Reset();
            deliver(complete);
            return;
        }

        _length += text.Length;
        if (_length > MaxBlockLength)
        {
            _variables.Clear();
            _length = MaxBlockLength + 1; // keeps counting from overflowing
            return;
        }

        int equals = text.IndexOf('=');
        _variables.Add(equals < 0
            ? new KeyValuePair<string, string>(text.ToString(), "")
            : new KeyValuePair<string, string>(text[..equals].ToString(), text[(equals + 1)..].ToString()));
    }

    private void Reset()
    {
        _head = null;
        _variables.Clear();
        _length = 0;
    }

    private static ManagementEvent? ParseBlock(string head, ClientEnvironment environment)
    {
        if (head is "UPDOWN:UP" or "UPDOWN:DOWN")
            return new ManagementEvent.UpDown(head is "UPDOWN:UP", environment);
        if (!head.StartsWith("CLIENT:", StringComparison.Ordinal))
            return null;
        ReadOnlySpan<char> text = head.AsSpan("CLIENT:".Length);
        Span<Range> parts = stackalloc Range[4];
        int count = text.Split(parts, ',');
        if (count < 2 || !EventParser.TryId(text[parts[1]], out uint cid))
            return null;
        var client = new ClientId(cid);
        uint kid = 0;
        bool hasKey = count > 2 && EventParser.TryId(text[parts[2]], out kid);
        return text[parts[0]] switch
        {
            "CONNECT" when hasKey => new ManagementEvent.ClientConnect(client, new KeyId(kid), environment),
            "REAUTH" when hasKey => new ManagementEvent.ClientReauth(client, new KeyId(kid), environment),
            "ESTABLISHED" => new ManagementEvent.ClientEstablished(client, environment),
            "DISCONNECT" => new ManagementEvent.ClientDisconnect(client, environment),
            "CR_RESPONSE" when hasKey && count > 3 => new ManagementEvent.ClientCrResponse(client, new KeyId(kid), text[parts[3]].ToString(), environment),
            _ => null,
        };
    }
}
