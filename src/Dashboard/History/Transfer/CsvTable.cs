using System.Text;

namespace Dashboard.History.Transfer;

/// <summary>How records of one kind stand in a table. Tables may be longer than memory: lines leave as the records come.</summary>
internal sealed class CsvTable<T>
{
    /// <summary>So many characters are gathered before they are handed on.</summary>
    private const int ChunkLength = 32 * 1024;

    private readonly string[] _header;
    private readonly Func<T, object?>[] _values;

    public CsvTable(params (string Name, Func<T, object?> Value)[] columns) =>
        (_header, _values) = ([.. columns.Select(column => column.Name)], [.. columns.Select(column => column.Value)]);

    /// <returns>How many records were written.</returns>
    public async Task<long> WriteAsync(IAsyncEnumerable<T> records, TextWriter writer, CancellationToken cancellationToken)
    {
        StringBuilder chunk = new();
        chunk.AppendJoin(',', _header).Append("\r\n");
        object?[] fields = new object?[_values.Length];
        long count = 0;
        await foreach (T record in records.WithCancellation(cancellationToken))
        {
            for (int i = 0; i < fields.Length; i++)
                fields[i] = _values[i](record);
            CsvLine.Append(chunk, fields);
            count++;
            if (chunk.Length < ChunkLength)
                continue;
            await writer.WriteAsync(chunk, cancellationToken);
            chunk.Clear();
        }
        await writer.WriteAsync(chunk, cancellationToken);
        await writer.FlushAsync(cancellationToken);
        return count;
    }
}
