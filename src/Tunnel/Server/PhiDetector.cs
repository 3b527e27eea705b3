namespace Tunnel.Server;

/// <summary>
/// Phi accrual failure detection: how unlikely is it that the next ping still comes, given how regular the last ones were?
/// Differs from the Go original where that breaks down: the deviation has a floor (regular pings do not make one late ping a catastrophe),
/// phi has a maximum (JSON has no infinity), and without two intervals it is 0. Not safe for several threads.
/// </summary>
internal sealed class PhiDetector(TimeProvider time)
{
    public const double Maximum = 16;
    private const int Window = 15;
    private static readonly TimeSpan s_shortestInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_leastDeviation = TimeSpan.FromSeconds(0.5);

    private readonly Queue<double> _intervals = new(Window);
    private long? _last;

    /// <summary>A ping was answered.</summary>
    public void Heard()
    {
        long now = time.GetTimestamp();
        if (_last is { } last)
        {
            if (_intervals.Count == Window)
                _intervals.Dequeue();
            _intervals.Enqueue(Math.Max(s_shortestInterval.TotalSeconds, time.GetElapsedTime(last, now).TotalSeconds));
        }

        _last = now;
    }

    public double Phi
    {
        get
        {
            if (_last is not { } last || _intervals.Count < 2)
                return 0;
            double mean = _intervals.Average();
            double variance = _intervals.Sum(interval => (interval - mean) * (interval - mean)) / (_intervals.Count - 1);
            double deviation = Math.Max(s_leastDeviation.TotalSeconds, Math.Sqrt(variance));
            double z = (time.GetElapsedTime(last).TotalSeconds - mean) / deviation;
            return Math.Clamp(-Math.Log10(UpperTail(z)), 0, Maximum);
        }
    }

    /// <summary>1 - F(z) of the standard normal distribution, good to about seven digits (Abramowitz and Stegun 26.2.17).</summary>
    private static double UpperTail(double z)
    {
        if (z < 0)
            return 1 - UpperTail(-z);
        double t = 1 / (1 + (0.2316419 * z));
        double series = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * series;
    }
}
