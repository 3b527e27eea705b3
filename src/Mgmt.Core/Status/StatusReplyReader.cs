using System.Globalization;
using System.Text;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;

namespace Mgmt.Core.Status;

/// <summary>Reads a status reply line by line as it comes, so that a big one is never held twice.</summary>
internal sealed class StatusReplyReader(int maxBytes) : IReplyReader<StatusReply>
{
    /// <summary>More columns than this are not looked at.</summary>
    public const int MaxColumns = 64;

    private const int MaxMalformedRows = 100;

    private readonly List<StatusClient> _clients = [];
    private readonly List<StatusRoute> _routes = [];
    private readonly List<MalformedRow> _malformed = [];
    private readonly Dictionary<string, ulong> _counters = new(StringComparer.Ordinal);
    private readonly TextCache _texts = new();
    private ClientTable? _clientTable;
    private RouteTable? _routeTable;
    private StatusVersion _version;
    private bool _isClient;
    private bool _hasBegun;
    private Section _section;
    private bool _expectsHeader;
    private string? _title;
    private string? _timeText;
    private DateTimeOffset? _time;
    private long? _queueLength;
    private bool? _dcoEnabled;
    private string? _error;
    private long _bytes;
    private bool _isTooLarge;

    private enum Section
    {
        Clients,
        Routes,
        Global,
    }

    /// <summary>How many rows could not be read, also beyond those that are kept.</summary>
    public int MalformedCount { get; private set; }

    /// <summary>What was wrong with the last of them.</summary>
    public string LastProblem { get; private set; } = "";

    public bool WantsFence => _isTooLarge; // it may have no end at all

    public bool MayBeNothing => true; // 2.7, where the kernel's statistics cannot be read

    public bool EveryLineIsReply => _hasBegun && _version == StatusVersion.One;

    public bool Read(ManagementEvent notification) => false;

    public bool Read(ReadOnlySpan<byte> line)
    {
        if (!_hasBegun)
            return ReadFirst(line);
        if (line.SequenceEqual("END"u8))
            return true;
        _bytes += line.Length;
        if (_bytes > maxBytes)
        {
            _isTooLarge = true;
            _clients.Clear();
            _routes.Clear();
            return false;
        }

        if (_isClient)
            ReadCounter(line);
        else if (_version == StatusVersion.One)
            ReadOldLine(line);
        else
            ReadTaggedLine(line, _version == StatusVersion.Two ? (byte)',' : (byte)'\t');
        return false;
    }

    public StatusReply Finish(bool complete)
    {
        if (_error is not null)
            throw new ManagementCommandException(new ManagementReply(IsError: true, _error, [], IsComplete: true));
        if (_isTooLarge)
            throw new ManagementProtocolException($"The status is larger than {maxBytes} bytes.");
        return new StatusReply
        {
            Version = _version,
            Title = _title,
            Time = _time,
            TimeText = _timeText,
            Clients = _clients,
            Routes = _routes,
            GlobalStatistics = new GlobalStatistics(_queueLength, _dcoEnabled),
            Process = _isClient ? new ProcessStatistics(_counters) : null,
            MalformedRows = _malformed,
            IsComplete = complete,
        };
    }

    private bool ReadFirst(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("ERROR:"u8))
        {
            _error = Encoding.UTF8.GetString(line["ERROR:".Length..].TrimStart((byte)' '));
            return true;
        }

        _hasBegun = true;
        if (line.StartsWith("TITLE\t"u8))
            _version = StatusVersion.Three;
        else if (line.StartsWith("TITLE,"u8))
            _version = StatusVersion.Two;
        else if (line.SequenceEqual("OpenVPN CLIENT LIST"u8))
            _version = StatusVersion.One;
        else if (line.SequenceEqual("OpenVPN STATISTICS"u8))
            _isClient = true;
        else
            return line.SequenceEqual("END"u8); // 2.7 with kernel statistics that cannot be read prints nothing at all
        if (_version is StatusVersion.Two or StatusVersion.Three)
            _title = Encoding.UTF8.GetString(line["TITLE,".Length..]);
        _expectsHeader = false;
        return false;
    }

    // Updated,{LOCAL TIME} | {NAME},{N}
    private void ReadCounter(ReadOnlySpan<byte> line)
    {
        int comma = line.LastIndexOf((byte)',');
        if (line.StartsWith("Updated,"u8))
            _timeText = Encoding.UTF8.GetString(line["Updated,".Length..]);
        else if (comma > 0 && _counters.Count < MaxColumns && TryCounter(line[(comma + 1)..], out ulong value))
            _counters[Encoding.UTF8.GetString(line[..comma])] = value;
        else
            AddMalformed(line, "not a counter");
    }

    // OpenVPN CLIENT LIST / Updated,… / header / rows / ROUTING TABLE / header / rows / GLOBAL STATS / Max bcast/mcast queue length,{N}
    private void ReadOldLine(ReadOnlySpan<byte> line)
    {
        if (_section == Section.Clients && _clientTable is null && _timeText is null && line.StartsWith("Updated,"u8))
        {
            _timeText = Encoding.UTF8.GetString(line["Updated,".Length..]);
            _expectsHeader = true;
        }
        else if (line.SequenceEqual("ROUTING TABLE"u8))
        {
            _section = Section.Routes;
            _expectsHeader = true;
        }
        else if (line.SequenceEqual("GLOBAL STATS"u8))
        {
            _section = Section.Global;
        }
        else if (_expectsHeader)
        {
            _expectsHeader = false;
            SetHeader(_section, line, (byte)',');
        }
        else if (_section == Section.Global)
        {
            ReadGlobal(line, (byte)',');
        }
        else
        {
            ReadRow(_section, line, (byte)',', line);
        }
    }

    // {TAG}{SEPARATOR}{FIELDS}
    private void ReadTaggedLine(ReadOnlySpan<byte> line, byte separator)
    {
        int end = line.IndexOf(separator);
        ReadOnlySpan<byte> tag = end < 0 ? line : line[..end];
        ReadOnlySpan<byte> rest = end < 0 ? [] : line[(end + 1)..];
        if (tag.SequenceEqual("CLIENT_LIST"u8))
        {
            ReadRow(Section.Clients, rest, separator, line);
        }
        else if (tag.SequenceEqual("ROUTING_TABLE"u8))
        {
            ReadRow(Section.Routes, rest, separator, line);
        }
        else if (tag.SequenceEqual("GLOBAL_STATS"u8))
        {
            ReadGlobal(rest, separator);
        }
        else if (tag.SequenceEqual("TIME"u8))
        {
            ReadTime(line, rest, separator);
        }
        else if (tag.SequenceEqual("HEADER"u8))
        {
            end = rest.IndexOf(separator);
            ReadOnlySpan<byte> table = end < 0 ? rest : rest[..end];
            ReadOnlySpan<byte> columns = end < 0 ? [] : rest[(end + 1)..];
            if (table.SequenceEqual("CLIENT_LIST"u8))
                SetHeader(Section.Clients, columns, separator);
            else if (table.SequenceEqual("ROUTING_TABLE"u8))
                SetHeader(Section.Routes, columns, separator);
        }
        else
        {
            AddMalformed(line, "an unknown row");
        }
    }

    // TIME,{LOCAL TIME},{TIME_T}
    private void ReadTime(ReadOnlySpan<byte> line, ReadOnlySpan<byte> rest, byte separator)
    {
        int split = rest.LastIndexOf(separator);
        if (split >= 0 && TryTotal(rest[(split + 1)..], out long seconds) && UnixTime.FromSeconds(seconds) is { } time)
        {
            _time = time;
            _timeText = Encoding.UTF8.GetString(rest[..split]);
        }
        else
        {
            AddMalformed(line, "not a time");
        }
    }

    private void SetHeader(Section section, ReadOnlySpan<byte> columns, byte separator)
    {
        if (section == Section.Clients)
            _clientTable = ClientTable.FromHeader(columns, separator, _texts);
        else
            _routeTable = RouteTable.FromHeader(columns, separator, _texts);
    }

    private void ReadRow(Section section, ReadOnlySpan<byte> fields, byte separator, ReadOnlySpan<byte> line)
    {
        string? problem;
        if (section == Section.Clients)
        {
            problem = "no header";
            if (_clientTable?.Read(fields, separator, out problem) is { } client)
            {
                _clients.Add(client);
                return;
            }
        }
        else
        {
            problem = "no header";
            if (_routeTable?.Read(fields, separator, out problem) is { } route)
            {
                _routes.Add(route);
                return;
            }
        }

        AddMalformed(line, problem ?? "not a row", section == Section.Clients ? _clientTable?.WhoseRow(fields, separator) : null);
    }

    // Max bcast/mcast queue length,{N} | dco_enabled,{0|1}
    private void ReadGlobal(ReadOnlySpan<byte> line, byte separator)
    {
        int split = line.IndexOf(separator);
        if (split < 0 || !TryTotal(line[(split + 1)..], out long value))
            AddMalformed(line, "not a statistic");
        else if (line[..split].SequenceEqual("Max bcast/mcast queue length"u8))
            _queueLength = value;
        else if (line[..split].SequenceEqual("dco_enabled"u8))
            _dcoEnabled = value != 0;
    }

    private void AddMalformed(ReadOnlySpan<byte> line, string reason, ClientId? client = null)
    {
        MalformedCount++;
        LastProblem = reason;
        if (_malformed.Count < MaxMalformedRows)
            _malformed.Add(new MalformedRow(Encoding.UTF8.GetString(line[..Math.Min(line.Length, 200)]), reason) { Client = client });
    }

    internal static bool TryCounter(ReadOnlySpan<byte> text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    internal static bool TryTotal(ReadOnlySpan<byte> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
