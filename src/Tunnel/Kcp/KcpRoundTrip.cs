namespace Tunnel.Kcp;

/// <summary>How long an acknowledgement takes, and when to stop waiting for it. Milliseconds.</summary>
internal sealed class KcpRoundTrip(int interval, int minimum)
{
    public const int Longest = 60_000;
    private const int First = 200;

    private int _smoothed;
    private int _variation;

    public int ResendAfter { get; private set; } = First;

    public void Measured(int milliseconds)
    {
        if (_smoothed == 0)
        {
            (_smoothed, _variation) = (milliseconds, milliseconds / 2);
        }
        else
        {
            int difference = milliseconds - _smoothed;
            _smoothed += difference >> 3;
            _variation += (Math.Abs(difference) - _variation) >> 2;
        }

        ResendAfter = Math.Clamp(_smoothed + Math.Max(interval, 4 * _variation), minimum, Longest);
    }
}
