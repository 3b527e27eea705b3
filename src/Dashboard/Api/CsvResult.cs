using System.Net.Mime;
using System.Runtime.CompilerServices;
using System.Text;

using Dashboard.History.Transfer;

namespace Dashboard.Api;

/// <summary>
/// A table as a download that is written while it is read. Whoever goes away ends the reading; where the reading fails in the
/// middle, the download breaks off, so that nobody takes a part for the whole.
/// </summary>
internal sealed class CsvResult<T> : IResult
{
    private readonly string _name;
    private readonly CsvTable<T> _table;
    private readonly IAsyncEnumerable<T> _records;

    private CsvResult(string name, CsvTable<T> table, IAsyncEnumerable<T> records) => (_name, _table, _records) = (name, table, records);

    /// <summary>Reads the first record, so that what is wrong with the question is still told as a problem.</summary>
    public static async Task<IResult> StartAsync(string name, CsvTable<T> table, IAsyncEnumerable<T> records, CancellationToken cancellationToken)
    {
        IAsyncEnumerator<T> reading = records.GetAsyncEnumerator(cancellationToken);
        try
        {
            bool any = await reading.MoveNextAsync();
            return new CsvResult<T>(name, table, RestAsync(reading, any, CancellationToken.None));
        }
        catch
        {
            await reading.DisposeAsync();
            throw;
        }
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.ContentType = CsvLine.ContentType;
        response.Headers.ContentDisposition = new ContentDisposition { FileName = _name + ".csv" }.ToString();
        await using StreamWriter writer = new(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 16 * 1024, leaveOpen: true);
        try
        {
            await _table.WriteAsync(_records, writer, httpContext.RequestAborted);
        }
        catch (Exception) when (response.HasStarted)
        {
            httpContext.Abort();
            throw;
        }
    }

    private static async IAsyncEnumerable<T> RestAsync(IAsyncEnumerator<T> reading, bool any, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using (reading)
        {
            for (; any; any = await reading.MoveNextAsync())
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return reading.Current;
            }
        }
    }
}
