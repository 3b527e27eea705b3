using System.Text;

namespace Mgmt.Core.Status;

/// <summary>Reads the rows of a routing table by the names in its header.</summary>
internal sealed class RouteTable
{
    private readonly TextCache _texts;
    private readonly int _columns;
    private int _virtualAddress = -1;
    private int _commonName = -1;
    private int _realAddress = -1;
    private int _reference = -1;
    private int _referenceTime = -1;

    private RouteTable(int columns, TextCache texts)
    {
        _columns = columns;
        _texts = texts;
    }

    public static RouteTable FromHeader(ReadOnlySpan<byte> header, byte separator, TextCache texts)
    {
        string[] names = Encoding.UTF8.GetString(header).Split((char)separator);
        var table = new RouteTable(names.Length, texts);
        for (int i = 0; i < names.Length; i++)
        {
            switch (names[i])
            {
                case "Virtual Address": table._virtualAddress = i; break;
                case "Common Name": table._commonName = i; break;
                case "Real Address": table._realAddress = i; break;
                case "Last Ref": table._reference = i; break;
                case "Last Ref (time_t)": table._referenceTime = i; break;
            }
        }

        return table;
    }

    public StatusRoute? Read(ReadOnlySpan<byte> row, byte separator, out string? problem)
    {
        Span<Range> fields = stackalloc Range[StatusReplyReader.MaxColumns];
        int count = FieldSplitter.Split(row, separator, fields);
        problem = "too few fields";
        if (count < _columns || _virtualAddress < 0 || _commonName < 0 || _realAddress < 0)
            return null;
        if (count > _columns && separator != (byte)'\t') // only the name can contain the separator
            FieldSplitter.Join(fields[..count], fields, _commonName, count - _columns, -1, 0);
        DateTimeOffset? reference = null;
        if (_referenceTime >= 0 && (!StatusReplyReader.TryTotal(row[fields[_referenceTime]], out long seconds) || (reference = UnixTime.FromSeconds(seconds)) is null))
        {
            problem = "a time that is not a number";
            return null;
        }

        problem = null;
        return new StatusRoute(
            _texts.Get(row[fields[_virtualAddress]]),
            _texts.Get(row[fields[_commonName]]),
            new RealAddress(_texts.Get(row[fields[_realAddress]])),
            reference,
            _referenceTime < 0 && _reference >= 0 ? _texts.Get(row[fields[_reference]]) : null);
    }
}
