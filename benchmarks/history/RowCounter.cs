using System.Text;

namespace History.Benchmarks;

/// <summary>Forgets what is written to it, and counts the lines.</summary>
internal sealed class RowCounter : TextWriter
{
    private long _rows;

    public long Rows => Volatile.Read(ref _rows);

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        if (value == '\n')
            _rows++;
    }

    public override void Write(ReadOnlySpan<char> buffer) => _rows += buffer.Count('\n');

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override Task WriteAsync(char value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return Task.CompletedTask;
    }
}
