using System.Text.Json;

using Microsoft.Playwright;

namespace Ui.Benchmarks.Browsing;

/// <summary>What the page's main thread has done so far, in seconds of the clock.</summary>
internal readonly record struct MainThread(double At, double Tasks, double Style, double Layout, double Script)
{
    public static async Task<MainThread> ReadAsync(ICDPSession tools)
    {
        Dictionary<string, double> metrics = await MetricsAsync(tools);
        return new(metrics["Timestamp"], metrics["TaskDuration"], metrics["RecalcStyleDuration"], metrics["LayoutDuration"], metrics["ScriptDuration"]);
    }

    /// <summary>Bytes that scripts hold, after a collection.</summary>
    public static async Task<double> HeapAsync(ICDPSession tools)
    {
        await tools.SendAsync("HeapProfiler.collectGarbage");
        return (await MetricsAsync(tools))["JSHeapUsedSize"];
    }

    /// <summary>Since an earlier reading, in percent of the time between.</summary>
    public MainThread PercentSince(MainThread before)
    {
        double percent = 100 / (At - before.At);
        return new(At - before.At, (Tasks - before.Tasks) * percent, (Style - before.Style) * percent, (Layout - before.Layout) * percent, (Script - before.Script) * percent);
    }

    private static async Task<Dictionary<string, double>> MetricsAsync(ICDPSession tools)
    {
        await tools.SendAsync("Performance.enable");
        JsonElement answer = (await tools.SendAsync("Performance.getMetrics")).GetValueOrDefault();
        return answer.GetProperty("metrics").EnumerateArray().ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
    }
}
