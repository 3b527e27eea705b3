namespace Tunnel.Smux;

/// <summary>The sending half of one stream. Everything here is guarded by <see cref="FrameSender"/>'s lock.</summary>
internal sealed class OutboundStream(uint id)
{
    /// <summary>What a version 2 sender may have in flight before the first UPD.</summary>
    public const uint InitialWindow = 262_144;

    public uint Id { get; } = id;

    /// <summary>The write that waits for room or for the peer's window.</summary>
    public StreamOperation Operation { get; } = new("write");

    /// <summary>What that write has not handed over yet.</summary>
    public ReadOnlyMemory<byte> Rest { get; set; }

    /// <summary>In line for room in the send buffer (and not for the window).</summary>
    public bool InLine { get; set; }

    public OutboundStream? Next { get; set; }

    public bool Finished { get; set; }

    /// <summary>Why no more may be written, once that is so.</summary>
    public Exception? Failure { get; set; }

    private uint _written;
    private uint _peerConsumed;
    private uint _peerWindow = InitialWindow;

    /// <summary>Bytes version 2 lets us send now. Arithmetic is modulo 2^32; a window that shrank below what is in flight gives 0.</summary>
    public int Allowance => Math.Max(0, (int)(_peerWindow - (_written - _peerConsumed)));

    public void CountWritten(int count) => _written += (uint)count;

    /// <summary>Takes an UPD; false when the peer says it consumed more than we ever sent.</summary>
    public bool TryUpdate(uint consumed, uint window)
    {
        if ((int)(_written - consumed) < 0)
            return false;
        _peerConsumed = consumed;
        _peerWindow = window;
        return true;
    }
}
