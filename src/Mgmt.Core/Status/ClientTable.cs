using System.Globalization;
using System.Text;

namespace Mgmt.Core.Status;

/// <summary>Reads the rows of a client list by the names in its header.</summary>
internal sealed class ClientTable
{
    private readonly TextCache _texts;
    private readonly int _columns;
    private int _commonName = -1;
    private int _realAddress = -1;
    private int _virtualAddress = -1;
    private int _virtualAddress6 = -1;
    private int _received = -1;
    private int _sent = -1;
    private int _since = -1;
    private int _sinceTime = -1;
    private int _username = -1;
    private int _clientId = -1;
    private int _peerId = -1;
    private int _cipher = -1;

    private ClientTable(int columns, TextCache texts)
    {
        _columns = columns;
        _texts = texts;
    }

    public static ClientTable FromHeader(ReadOnlySpan<byte> header, byte separator, TextCache texts)
    {
        string[] names = Encoding.UTF8.GetString(header).Split((char)separator);
        var table = new ClientTable(names.Length, texts);
        for (int i = 0; i < names.Length; i++)
        {
            switch (names[i])
            {
                case "Common Name": table._commonName = i; break;
                case "Real Address": table._realAddress = i; break;
                case "Virtual Address": table._virtualAddress = i; break;
                case "Virtual IPv6 Address": table._virtualAddress6 = i; break;
                case "Bytes Received": table._received = i; break;
                case "Bytes Sent": table._sent = i; break;
                case "Connected Since": table._since = i; break;
                case "Connected Since (time_t)": table._sinceTime = i; break;
                case "Username": table._username = i; break;
                case "Client ID": table._clientId = i; break;
                case "Peer ID": table._peerId = i; break;
                case "Data Channel Cipher": table._cipher = i; break;
            }
        }

        return table;
    }

    public StatusClient? Read(ReadOnlySpan<byte> row, byte separator, out string? problem)
    {
        Span<Range> fields = stackalloc Range[StatusReplyReader.MaxColumns];
        int count = FieldSplitter.Split(row, separator, fields);
        problem = "too few fields";
        if (count < _columns || _commonName < 0 || _realAddress < 0)
            return null;
        int extra = count - _columns;
        if (extra == 0 || separator == (byte)'\t')
            return Read(row, fields, out problem);

        // Names may contain the separator: find the one way to give the extra fields to the common name and the user name.
        Span<Range> joined = stackalloc Range[StatusReplyReader.MaxColumns];
        StatusClient? found = null;
        problem = "a name with separators that can be read in no way";
        for (int forName = _username < 0 ? extra : 0; forName <= extra; forName++)
        {
            FieldSplitter.Join(fields[..count], joined, _commonName, forName, _username, extra - forName);
            if (Read(row, joined, out _) is not { } candidate || candidate.RealAddress.Address is null)
                continue;
            if (found is not null)
            {
                problem = "a name with separators that can be read in several ways";
                return null;
            }

            found = candidate;
        }

        return found;
    }

    /// <summary>Whose row this is, also where the rest of it cannot be read; null where that cannot be told for certain.</summary>
    public ClientId? WhoseRow(ReadOnlySpan<byte> row, byte separator)
    {
        Span<Range> fields = stackalloc Range[StatusReplyReader.MaxColumns];
        return _clientId >= 0 && FieldSplitter.Split(row, separator, fields) == _columns
            && uint.TryParse(row[fields[_clientId]], NumberStyles.None, CultureInfo.InvariantCulture, out uint id) ? new ClientId(id) : null;
    }

    private StatusClient? Read(ReadOnlySpan<byte> row, ReadOnlySpan<Range> fields, out string? problem)
    {
        problem = null;
        DateTimeOffset? since = null;
        uint id = 0;
        int peer = 0;
        if (!StatusReplyReader.TryCounter(Field(row, fields, _received), out ulong received) || !StatusReplyReader.TryCounter(Field(row, fields, _sent), out ulong sent))
            problem = "bytes that are not a number";
        else if (_sinceTime >= 0 && (!StatusReplyReader.TryTotal(row[fields[_sinceTime]], out long seconds) || (since = UnixTime.FromSeconds(seconds)) is null))
            problem = "a time that is not a number";
        else if (_clientId >= 0 && !uint.TryParse(row[fields[_clientId]], NumberStyles.None, CultureInfo.InvariantCulture, out id))
            problem = "a client ID that is not a number";
        else if (_peerId >= 0 && !int.TryParse(row[fields[_peerId]], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out peer))
            problem = "a peer ID that is not a number";
        else
            return Create(row, fields, received, sent, since, id, peer);
        return null;
    }

    private StatusClient Create(ReadOnlySpan<byte> row, ReadOnlySpan<Range> fields, ulong received, ulong sent, DateTimeOffset? since, uint id, int peer)
    {
        string? username = _username >= 0 ? _texts.Get(row[fields[_username]]) : null;
        return new StatusClient
        {
            Id = _clientId >= 0 ? new ClientId(id) : null,
            CommonName = _texts.Get(row[fields[_commonName]]),
            RealAddress = new RealAddress(_texts.Get(row[fields[_realAddress]])),
            VirtualAddress = _texts.Get(Field(row, fields, _virtualAddress)),
            VirtualAddress6 = _texts.Get(Field(row, fields, _virtualAddress6)),
            BytesReceived = received,
            BytesSent = sent,
            ConnectedSince = since,
            ConnectedSinceText = _sinceTime < 0 && _since >= 0 ? _texts.Get(row[fields[_since]]) : null,
            Username = username == StatusClient.Undefined ? null : username,
            PeerId = _peerId >= 0 ? peer : null,
            Cipher = _cipher >= 0 ? _texts.Get(row[fields[_cipher]]) : null,
        };
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> row, ReadOnlySpan<Range> fields, int column) => column < 0 ? [] : row[fields[column]];
}
