using System.Diagnostics.Metrics;

namespace Dashboard.History;

/// <summary>How the writing of history goes.</summary>
internal sealed class HistoryMetrics
{
    public const string MeterName = "Dashboard.History";

    private readonly Counter<long> _rows;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _duration;

    public HistoryMetrics(IMeterFactory meters, AccountingLedger ledger)
    {
        Meter meter = meters.Create(MeterName);
        _rows = meter.CreateCounter<long>("history.rows", "{row}", "Traffic rows written");
        _failures = meter.CreateCounter<long>("history.flush.failures", "{flush}", "Writes that failed and will be tried again");
        _duration = meter.CreateHistogram<double>("history.flush.duration", "s", "Time that a write took");
        meter.CreateObservableGauge("history.waiting", () => ledger.Waiting, "{row}", "Traffic rows that wait to be written");
    }

    public void Wrote(int rows, TimeSpan duration)
    {
        _rows.Add(rows);
        _duration.Record(duration.TotalSeconds);
    }

    public void Failed() => _failures.Add(1);
}
