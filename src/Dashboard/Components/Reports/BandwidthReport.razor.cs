using System.Collections.Immutable;

using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;
using Dashboard.History.Reports;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Reports;

/// <summary>The chart and the table of one period; asks again when the question is another one.</summary>
public sealed partial class BandwidthReport : IDisposable
{
    private readonly Inquiry<TrafficReport> _inquiry = new();
    private ChartSeries? _series;
    private Row[] _rows = [];

    [Parameter, EditorRequired] public required ReportQuestion Question { get; set; }

    /// <summary>Whether every step is listed, too.</summary>
    [Parameter] public bool ShowTable { get; set; } = true;

    [Inject] internal ITrafficReports Traffic { get; init; } = null!;

    [Inject] public required ViewerClock Clock { get; init; }

    private string Heading => (Question.Client, Question.Server) switch
    {
        (null, null) => "Bandwidth of all servers",
        (null, { } server) => $"Bandwidth of {HostileText.Visible(server)}",
        ({ } client, null) => $"Bandwidth of {HostileText.Visible(client)}",
        ({ } client, { } server) => $"Bandwidth of {HostileText.Visible(client)} on {HostileText.Visible(server)}",
    };

    /// <summary>Nothing to draw: nothing was moved, and of no part of the period is more to be said than of the rest.</summary>
    private bool IsEmpty => _inquiry.Answer is { ReceivedBytes: 0, SentBytes: 0 } && (Question.Server is null || Array.TrueForAll(_rows, row => row.IsUnwatched) || _inquiry.Answer.Gaps.IsEmpty);

    private (string, string?)[] Export =>
    [
        ("server", Question.Server), ("user", Question.Client), ("from", ReportPeriod.Write(Question.Range.From)), ("to", ReportPeriod.Write(Question.Range.To)),
        ("zone", Question.Zone.Id),
    ];

    public void Dispose() => _inquiry.Dispose();

    protected override Task OnParametersSetAsync() => AskAsync(Question);

    private Task RetryAsync() => AskAsync(null);

    private async Task AskAsync(object? question)
    {
        ReportQuestion asked = Question;
        if (!await _inquiry.AskAsync(question, cancellationToken => Traffic.TrafficAsync(asked.Access, new TrafficQuery(asked.Range, asked.Server, asked.Client, asked.Zone), cancellationToken)))
            return;
        TrafficReport report = _inquiry.Answer;
        _rows = [.. Rows(report, report.AsOf ?? Clock.Now)];
        ImmutableArray<RatePoint> points = [.. _rows.Select(row => row.IsUnwatched ? RatePoint.Unknown(row.From) : new RatePoint(row.From, (float)(row.ReceivedRate ?? 0), (float)(row.SentRate ?? 0)))];
        _series = new ChartSeries(Guid.NewGuid().ToString("N"), report.Range.From, report.Range.To, points, report.Gaps);
        Array.Reverse(_rows); // a chart begins with the oldest, a table with the newest
    }

    /// <summary>The steps that had begun. The last one is averaged over what had passed of it.</summary>
    /// <param name="now">Up to when it is added up: what came since would be taken for nothing.</param>
    private static IEnumerable<Row> Rows(TrafficReport report, DateTimeOffset now)
    {
        foreach (TrafficPoint point in report.Points)
        {
            if (point.From >= now)
                yield break;
            bool isUnwatched = point is { ReceivedBytes: 0, SentBytes: 0 } && report.Gaps.Any(gap => gap.From <= Later(point.From, report.Range.From) && (gap.To >= point.To || gap.To >= now));
            double seconds = ((point.To < now ? point.To : now) - point.From).TotalSeconds;
            yield return new Row(point.From, point.To, point.ReceivedBytes, point.SentBytes, isUnwatched, seconds);
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private readonly record struct Row(DateTimeOffset From, DateTimeOffset To, long ReceivedBytes, long SentBytes, bool IsUnwatched, double Seconds)
    {
        public long? Received => IsUnwatched ? null : ReceivedBytes;
        public long? Sent => IsUnwatched ? null : SentBytes;
        public double? ReceivedRate => IsUnwatched || Seconds <= 0 ? null : ReceivedBytes / Seconds;
        public double? SentRate => IsUnwatched || Seconds <= 0 ? null : SentBytes / Seconds;
    }
}
