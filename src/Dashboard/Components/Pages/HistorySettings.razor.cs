using System.Globalization;

using Dashboard.Components.Viewing;
using Dashboard.History;
using Dashboard.History.Events;
using Dashboard.History.Upkeep;
using Dashboard.Storage;

using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace Dashboard.Components.Pages;

/// <summary>How far the history's sums are, what waits, and how long what is kept.</summary>
public sealed partial class HistorySettings : IDisposable
{
    /// <summary>The hour that has just ended is due as a matter of course.</summary>
    private const int HoursOfCourse = 2;

    private IDisposable? _ticks;
    private (UpkeepProgress Progress, StorageStatus Storage, WriteFault? Fault, int Waiting, int Sessions, long Lost) _drawn;

    [Inject] internal HistoryUpkeep Upkeep { get; init; } = null!;

    [Inject] internal AccountingLedger Ledger { get; init; } = null!;

    [Inject] internal EventRecorder Recorder { get; init; } = null!;

    [Inject] public required StorageState Storage { get; init; }

    [Inject] public required IOptions<HistoryOptions> Options { get; init; }

    [Inject] public required ViewerClock Clock { get; init; }

    private (Tone Tone, string Words) State => this switch
    {
        { Storage.Current.IsReady: false } => (Tone.Waiting, "waits for the database"),
        { Storage.WriteFault: not null } => (Tone.Warning, "cannot write"),
        { Upkeep.Progress.Problem.Length: > 0 } => (Tone.Warning, "tries again"),
        { Upkeep.Progress.HoursDue: > HoursOfCourse } => (Tone.Waiting, "catching up"),
        _ => (Tone.Good, "up to date"),
    };

    private (string What, string Key, TimeSpan Kept)[] Kept
    {
        get
        {
            HistoryOptions options = Options.Value;
            return
            [
                ("Traffic by the minute", nameof(options.KeepMinutes), options.KeepMinutes),
                ("Traffic of clients by the hour", nameof(options.KeepHours), options.KeepHours),
                ("Traffic by the day, and of servers by the hour", nameof(options.KeepDays), options.KeepDays),
                ("Sessions that are over", nameof(options.KeepSessions), options.KeepSessions),
                ("Events: logs, states, echoes, holds, failed attempts", nameof(options.KeepEvents), options.KeepEvents),
            ];
        }
    }

    public void Dispose() => _ticks?.Dispose();

    protected override void OnInitialized() => _ticks = Clock.EachSecond(() => _ = InvokeAsync(Refresh));

    protected override void OnAfterRender(bool firstRender) => _drawn = Now;

    private (UpkeepProgress, StorageStatus, WriteFault?, int, int, long) Now => (Upkeep.Progress, Storage.Current, Storage.WriteFault, Ledger.Waiting, Ledger.Sessions, Recorder.Lost);

    private void Refresh()
    {
        if (_drawn != Now)
            StateHasChanged();
    }

    private string Day(TimeSpan kept) => Clock.Local(Clock.Now - kept).ToString("d MMM yyyy", CultureInfo.InvariantCulture);
}
