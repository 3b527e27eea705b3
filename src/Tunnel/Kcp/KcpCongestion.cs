namespace Tunnel.Kcp;

/// <summary>How many segments the network seems to bear. Local: the peer never learns of it.</summary>
internal sealed class KcpCongestion(int segmentSize)
{
    private const int SmallestThreshold = 2;

    private int _threshold = SmallestThreshold;
    private int _bytes;

    public int Window { get; private set; } = 1;

    /// <summary>The peer acknowledged something new.</summary>
    public void Advanced(int peerWindow)
    {
        if (Window >= peerWindow)
            return;
        if (Window < _threshold)
        {
            Window++;
            _bytes += segmentSize;
        }
        else
        {
            _bytes = Math.Max(_bytes, segmentSize);
            _bytes += (segmentSize * segmentSize / _bytes) + (segmentSize / 16);
            if ((Window + 1) * segmentSize <= _bytes)
                Window = (_bytes + segmentSize - 1) / segmentSize;
        }

        if (Window <= peerWindow)
            return;
        Window = peerWindow;
        _bytes = peerWindow * segmentSize;
    }

    /// <summary>Later segments arrived before one that had to be sent again: the network still moves.</summary>
    public void Overtaken(int inFlight, int resend)
    {
        _threshold = Math.Max(inFlight / 2, SmallestThreshold);
        Window = _threshold + resend;
        _bytes = Window * segmentSize;
    }

    /// <summary>Nothing came back in time: begin anew.</summary>
    public void Lost(int window)
    {
        _threshold = Math.Max(window / 2, SmallestThreshold);
        Window = 1;
        _bytes = segmentSize;
    }
}
