using Tests.Shared;

using Tunnel.Server;

namespace Tunnel.Tests.Server;

public sealed class PhiDetectorTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Without_two_intervals_there_is_no_suspicion()
    {
        var detector = new PhiDetector(_time);
        Assert.Equal(0, detector.Phi);
        detector.Heard();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, detector.Phi);
        detector.Heard();
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, detector.Phi);
    }

    [Fact]
    public void Perfectly_regular_pings_do_not_make_one_late_ping_a_catastrophe()
    {
        PhiDetector detector = Regular(TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromSeconds(5.1));

        Assert.InRange(detector.Phi, 0.3, 0.5); // 1 - F(0.2) = 0.42
    }

    [Fact]
    public void Suspicion_grows_with_silence_and_stays_finite()
    {
        PhiDetector detector = Regular(TimeSpan.FromSeconds(5));
        double last = -1;
        for (int i = 0; i < 16; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.5));
            Assert.True(detector.Phi >= last);
            last = detector.Phi;
        }

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(PhiDetector.Maximum, detector.Phi);
    }

    [Theory]
    [InlineData(0.5, 0.8)]   // z = 1: -log10(0.1587)
    [InlineData(1.0, 1.643)] // z = 2: -log10(0.02275)
    [InlineData(1.5, 2.87)]  // z = 3: -log10(0.00135)
    public void Phi_is_the_logarithm_of_the_normal_tail(double lateBy, double expected)
    {
        PhiDetector detector = Regular(TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromSeconds(5 + lateBy));

        Assert.Equal(expected, detector.Phi, 0.01);
    }

    [Fact]
    public void A_step_of_the_wall_clock_raises_no_suspicion()
    {
        PhiDetector detector = Regular(TimeSpan.FromSeconds(5));

        _time.StepWallClock(TimeSpan.FromDays(1));

        Assert.Equal(0, detector.Phi, 0.01);
    }

    private PhiDetector Regular(TimeSpan interval)
    {
        var detector = new PhiDetector(_time);
        for (int i = 0; i < 20; i++)
        {
            detector.Heard();
            _time.Advance(interval);
        }

        detector.Heard();
        return detector;
    }
}
