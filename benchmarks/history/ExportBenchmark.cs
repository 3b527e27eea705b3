using System.Diagnostics;
using System.Globalization;

using Dashboard.Access;
using Dashboard.History.Reports;
using Dashboard.History.Schema;
using Dashboard.History.Transfer;

namespace History.Benchmarks;

/// <summary>Ten million raw rows as a table, and what memory that takes.</summary>
internal static class ExportBenchmark
{
    private const int Million = 1_000_000;

    public static async Task RunAsync(HistoryLab lab, double scale)
    {
        long rows = (long)(10_000_000 * scale);
        DateOnly day = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-1);
        await lab.PartitionAsync(PartitionedTable.Traffic, day, 1);
        await GeneratedYear.PeopleAsync(lab, 1000, 10, 1000);
        string from = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await lab.ExecuteAsync($"""
            INSERT INTO traffic (minute, received, sent, session, covers_seconds, gap_from) SELECT '{from} 00:00:00+00'::timestamptz + (i % 1440) * interval '1 minute', i, i * 2, (SELECT min(number) FROM session) + i % 1000, 60, NULL
            FROM generate_series(1, {rows}) AS i
            """);

        using CancellationTokenSource over = new();
        using RowCounter output = new();
        Task<long> watching = PeakAsync(output, over.Token);
        DateTimeOffset begin = new(day, TimeOnly.MinValue, TimeSpan.Zero);
        long began = Stopwatch.GetTimestamp();
        long written = await CsvTables.Minutes.WriteAsync(
            lab.Get<HistoryExport>().MinutesAsync(ServerAccess.Everything, HistoryRange.Create(begin, begin.AddDays(1)), null, null, CancellationToken.None), output, CancellationToken.None);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await over.CancelAsync();
        long peak = await watching;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"export: {written:N0} rows in {seconds:0.0} s, {written / seconds:N0} rows/s; managed memory at most {peak / 1_000_000.0:0} MB, process {Environment.WorkingSet / 1_000_000.0:0} MB"));
    }

    private static async Task<long> PeakAsync(RowCounter output, CancellationToken over)
    {
        long peak = 0, ofThisMillion = 0, told = 0;
        while (!over.IsCancellationRequested)
        {
            ofThisMillion = Math.Max(ofThisMillion, GC.GetTotalMemory(forceFullCollection: false));
            peak = Math.Max(peak, ofThisMillion);
            if (output.Rows / Million is var millions && millions > told)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {millions,3} million rows: managed memory at most {ofThisMillion / 1e6:0} MB, process {Environment.WorkingSet / 1e6:0} MB"));
                (told, ofThisMillion) = (millions, 0);
            }
            await Task.Delay(50, CancellationToken.None);
        }
        return peak;
    }
}
