using System.Buffers;

namespace Tunnel.Kcp;

/// <summary>
/// The protocol of one KCP conversation without sockets, clocks or threads: datagrams and the time go in, datagrams come out. Wire-compatible with
/// Go's kcp-go without cipher and FEC, read and written as a stream of bytes. Numbers and times are compared modulo 2^32. Guarded by its owner.
/// </summary>
internal sealed class KcpControl : IDisposable
{
    private const int FirstProbe = 7_000;
    private const int LastProbe = 120_000;

    /// <summary>What a peer may put into one segment: kcp-go never sends more.</summary>
    private const int MaxSegmentSize = 1500;

    private readonly uint _conversation;
    private readonly KcpOptions _options;
    private readonly int _interval;
    private readonly int _segmentSize;
    private readonly Action<ReadOnlySpan<byte>> _output;
    private readonly uint _clockOffset;
    private readonly KcpRoundTrip _roundTrip;
    private readonly KcpCongestion _congestion;
    private readonly byte[] _datagram;
    private readonly LinkedList<Outgoing> _waiting = new();
    private readonly LinkedList<Outgoing> _inFlight = new();
    private readonly Dictionary<uint, byte[]> _early = [];
    private readonly Smux.ByteQueue _received = new();
    private readonly Queue<int> _receivedSegments = new();
    private readonly List<(uint Number, uint Timestamp)> _acknowledgements = [];
    private int _datagramLength;
    private Outgoing? _open;
    private uint _sendNext;
    private uint _sendFirst;
    private uint _receiveNext;
    private int _peerWindow = 32;
    // Numbers and times that were sent to an unproven peer: una alone could be guessed, these cannot.
    private readonly HashSet<(uint Number, uint Timestamp)> _challenges = [];
    private bool _tellWindow;
    private bool _askWindow;
    private int _probeWait;
    private uint _probeAt;
    private long _allowance;
    private long _promised; // taken from the queue in this flush and not yet laid into a datagram
    private int _firstSegmentRead; // bytes of the oldest received segment that were read already

    /// <param name="conversation">Chosen at random by the client.</param>
    /// <param name="options">Local settings.</param>
    /// <param name="output">Takes each datagram; the bytes are reused.</param>
    /// <param name="clockOffset">Added to all times that leave, so that a peer cannot guess them.</param>
    /// <param name="isProven">Whether the peer is known to be where it says. Until it is, no more bytes go there than came from there.</param>
    public KcpControl(uint conversation, KcpOptions options, Action<ReadOnlySpan<byte>> output, uint clockOffset, bool isProven)
    {
        (_conversation, _options, _output, _clockOffset) = (conversation, options, output, clockOffset);
        _interval = (int)options.Interval.TotalMilliseconds;
        _segmentSize = options.MaxDatagramSize - KcpSegment.HeaderSize;
        _roundTrip = new KcpRoundTrip(_interval, (int)options.MinimumResendTimeout.TotalMilliseconds);
        _congestion = new KcpCongestion(_segmentSize);
        _datagram = new byte[options.MaxDatagramSize];
        IsProven = isProven;
    }

    private sealed class Outgoing(byte[] data)
    {
        public byte[] Data { get; } = data;
        public int Length { get; set; }
        public uint Number { get; set; }
        public uint Timestamp { get; set; }
        public uint ResendAt { get; set; }
        public int ResendAfter { get; set; }
        public int Sent { get; set; }
        public int Overtaken { get; set; }
        public bool Acknowledged { get; set; }
    }

    /// <summary>The peer has echoed a time that only somebody can know who gets our datagrams.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Bytes that can be read.</summary>
    public int Available => _received.Length;

    /// <summary>Whether there is room for more to send; bounds what waits here.</summary>
    public bool CanWrite => _waiting.Count < 2 * _options.SendWindow;

    public bool HasUnacknowledged => _waiting.Count > 0 || _inFlight.Count > 0;

    /// <summary>Takes as much as there is room for; returns how much.</summary>
    public int Write(ReadOnlySpan<byte> data)
    {
        int taken = 0;
        while (!data.IsEmpty)
        {
            if (_open is null || _open.Length == _segmentSize)
            {
                if (!CanWrite)
                    break;
                _open = new Outgoing(ArrayPool<byte>.Shared.Rent(_segmentSize));
                _waiting.AddLast(_open);
            }

            int count = Math.Min(data.Length, _segmentSize - _open.Length);
            data[..count].CopyTo(_open.Data.AsSpan(_open.Length));
            _open.Length += count;
            data = data[count..];
            taken += count;
        }

        return taken;
    }

    public int Read(Span<byte> destination)
    {
        bool wasFull = _receivedSegments.Count >= _options.ReceiveWindow;
        int count = _received.Read(destination);
        for (int rest = count; rest > 0;)
        {
            int segment = _receivedSegments.Peek() - _firstSegmentRead;
            if (rest < segment)
            {
                _firstSegmentRead += rest;
                break;
            }

            rest -= segment;
            _receivedSegments.Dequeue();
            _firstSegmentRead = 0;
        }

        TakeEarly();
        if (wasFull && _receivedSegments.Count < _options.ReceiveWindow)
            _tellWindow = true;
        return count;
    }

    /// <summary>Whether a datagram could begin a conversation: its first segment is a push with number 0.</summary>
    public static bool Begins(ReadOnlySpan<byte> datagram, out uint conversation)
    {
        bool begins = KcpSegment.TryRead(datagram, out KcpSegment first) && first is { Command: KcpCommand.Push, Number: 0, Length: > 0 };
        conversation = first.Conversation;
        return begins;
    }

    /// <summary>Takes a datagram. Bytes that belong to another conversation, or to none, are passed over.</summary>
    public void Input(ReadOnlySpan<byte> datagram, uint now)
    {
        _allowance += datagram.Length;
        uint firstBefore = _sendFirst;
        uint? echoed = null;
        while (KcpSegment.TryRead(datagram, out KcpSegment segment) && segment.Conversation == _conversation)
        {
            ReadOnlySpan<byte> data = datagram.Slice(KcpSegment.HeaderSize, segment.Length);
            datagram = datagram[(KcpSegment.HeaderSize + segment.Length)..];
            _peerWindow = segment.Window;
            Forget(segment.Unacknowledged);
            switch (segment.Command)
            {
                case KcpCommand.Acknowledge when Difference(segment.Number, _sendNext) < 0:
                    Acknowledge(segment.Number, segment.Timestamp);
                    echoed = segment.Timestamp;
                    break;
                case KcpCommand.Push:
                    Take(segment, data);
                    break;
                case KcpCommand.AskWindow:
                    _tellWindow = true;
                    break;
            }
        }

        if (echoed is { } sentAt && Difference(Clock(now), sentAt) is >= 0 and < KcpRoundTrip.Longest and var elapsed)
            _roundTrip.Measured(elapsed);
        bool advanced = Difference(_sendFirst, firstBefore) > 0;
        if (advanced)
            _congestion.Advanced(_peerWindow);
        if (advanced || (_options.AcknowledgeAtOnce && _acknowledgements.Count > 0))
            Flush(now);
    }

    private void Take(in KcpSegment segment, ReadOnlySpan<byte> data)
    {
        if (Difference(segment.Number, _receiveNext + (uint)_options.ReceiveWindow) >= 0 || data.Length > MaxSegmentSize)
            return;
        _acknowledgements.Add((segment.Number, segment.Timestamp));
        if (_acknowledgements.Count > 4 * _options.ReceiveWindow)
            _acknowledgements.RemoveAt(0); // a flood of duplicates
        if (Difference(segment.Number, _receiveNext) < 0)
            return;
        if (segment.Number == _receiveNext && _receivedSegments.Count < _options.ReceiveWindow)
            Deliver(data);
        else
            _early.TryAdd(segment.Number, data.ToArray());
        TakeEarly();
    }

    private void TakeEarly()
    {
        while (_early.Count > 0 && _receivedSegments.Count < _options.ReceiveWindow && _early.Remove(_receiveNext, out byte[]? data))
            Deliver(data);
    }

    private void Deliver(ReadOnlySpan<byte> data)
    {
        _receiveNext++;
        if (data.IsEmpty)
            return;
        _received.Write(data);
        _receivedSegments.Enqueue(data.Length);
    }

    /// <summary>The peer has everything below this number.</summary>
    private void Forget(uint unacknowledged)
    {
        if (Difference(unacknowledged, _sendNext) > 0)
            return; // what was never sent cannot have arrived
        while (_inFlight.First is { } first && Difference(unacknowledged, first.Value.Number) > 0)
            Drop(first);
        _sendFirst = _inFlight.First?.Value.Number ?? _sendNext;
    }

    private void Acknowledge(uint number, uint timestamp)
    {
        if (!IsProven && _challenges.Contains((number, timestamp)))
        {
            IsProven = true;
            _challenges.Clear();
        }

        LinkedListNode<Outgoing>? next;
        for (LinkedListNode<Outgoing>? node = _inFlight.First; node is not null; node = next)
        {
            next = node.Next;
            int order = Difference(number, node.Value.Number);
            if (order < 0)
                break;
            if (order == 0)
                node.Value.Acknowledged = true;
            else if (!node.Value.Acknowledged && Difference(timestamp, node.Value.Timestamp) >= 0)
                node.Value.Overtaken++;
        }

        while (_inFlight.First is { Value.Acknowledged: true } first)
            Drop(first);
        _sendFirst = _inFlight.First?.Value.Number ?? _sendNext;
    }

    private void Drop(LinkedListNode<Outgoing> node)
    {
        ArrayPool<byte>.Shared.Return(node.Value.Data);
        _inFlight.Remove(node);
    }

    /// <summary>Sends what is due: acknowledgements, probes, new segments as far as the windows allow, and old ones that were not answered.</summary>
    public void Flush(uint now)
    {
        FlushAcknowledgements();
        Probe(now);
        int window = Math.Min(_options.SendWindow, _peerWindow);
        if (_options.CongestionWindow)
            window = Math.Min(window, _congestion.Window);
        bool anyNew = false;
        while (_waiting.Count > 0 && Difference(_sendNext, _sendFirst + (uint)window) < 0)
        {
            if (TakeFirstWaiting() is not { } segment)
                break;
            segment.Number = _sendNext++;
            _inFlight.AddLast(segment);
            anyNew = true;
        }

        _promised = 0;
        SendDue(now, anyNew, window);
        SendDatagram();
    }

    /// <summary>The next segment to send; towards an unproven peer only as much of it as may go there.</summary>
    private Outgoing? TakeFirstWaiting()
    {
        Outgoing first = _waiting.First!.Value;
        int room = IsProven ? int.MaxValue : (int)Math.Min(int.MaxValue, _allowance - _datagramLength - _promised) - KcpSegment.HeaderSize;
        if (room <= 0)
            return null;
        if (first.Length > room)
        {
            var piece = new Outgoing(ArrayPool<byte>.Shared.Rent(room)) { Length = room };
            first.Data.AsSpan(0, room).CopyTo(piece.Data);
            first.Data.AsSpan(room, first.Length - room).CopyTo(first.Data);
            first.Length -= room;
            _promised += room + KcpSegment.HeaderSize;
            return piece;
        }

        _waiting.RemoveFirst();
        if (first == _open)
            _open = null;
        _promised += first.Length + KcpSegment.HeaderSize;
        return first;
    }

    private void SendDue(uint now, bool anyNew, int window)
    {
        int fastResend = _options.FastResend > 0 ? _options.FastResend : int.MaxValue;
        bool lost = false, overtaken = false;
        foreach (Outgoing segment in _inFlight)
        {
            if (segment.Acknowledged)
                continue;
            if (segment.Sent == 0)
            {
                segment.ResendAfter = _roundTrip.ResendAfter;
            }
            else if (segment.Overtaken >= fastResend || (segment.Overtaken > 0 && !anyNew))
            {
                segment.ResendAfter = _roundTrip.ResendAfter;
                overtaken = true;
            }
            else if (Difference(now, segment.ResendAt) >= 0)
            {
                segment.ResendAfter = Math.Min(segment.ResendAfter + _roundTrip.ResendAfter, KcpRoundTrip.Longest);
                lost = true;
            }
            else
            {
                continue;
            }

            if (!TrySend(segment, now))
                return; // an unproven peer has had as much as it sent
        }

        if (overtaken)
            _congestion.Overtaken((int)(_sendNext - _sendFirst), _options.FastResend);
        if (lost)
            _congestion.Lost(window);
    }

    private bool TrySend(Outgoing segment, uint now)
    {
        int size = KcpSegment.HeaderSize + segment.Length;
        if (!IsProven && _allowance - _datagramLength < size)
            return false;
        segment.Sent++;
        segment.Overtaken = 0;
        segment.Timestamp = Clock(now);
        if (!IsProven)
            _challenges.Add((segment.Number, segment.Timestamp));
        segment.ResendAt = now + (uint)segment.ResendAfter;
        MakeRoom(size);
        Header(KcpCommand.Push, segment.Number, segment.Timestamp, segment.Length).Write(_datagram.AsSpan(_datagramLength));
        segment.Data.AsSpan(0, segment.Length).CopyTo(_datagram.AsSpan(_datagramLength + KcpSegment.HeaderSize));
        _datagramLength += size;
        return true;
    }

    // una covers what came in order: single acknowledgements are for what came early, and for the last one, whose time the peer measures by.
    private void FlushAcknowledgements()
    {
        for (int i = 0; i < _acknowledgements.Count; i++)
        {
            (uint number, uint timestamp) = _acknowledgements[i];
            if (Difference(number, _receiveNext) >= 0 || i == _acknowledgements.Count - 1)
                Append(KcpCommand.Acknowledge, number, timestamp);
        }

        _acknowledgements.Clear();
    }

    private void Probe(uint now)
    {
        if (_peerWindow > 0)
        {
            _probeWait = 0;
        }
        else if (_probeWait == 0)
        {
            _probeWait = FirstProbe;
            _probeAt = now + (uint)_probeWait;
        }
        else if (Difference(now, _probeAt) >= 0)
        {
            _probeWait = Math.Min(_probeWait + (_probeWait / 2), LastProbe);
            _probeAt = now + (uint)_probeWait;
            _askWindow = true;
        }

        if (_askWindow)
            Append(KcpCommand.AskWindow, 0, 0);
        if (_tellWindow)
            Append(KcpCommand.TellWindow, 0, 0);
        _askWindow = _tellWindow = false;
    }

    private void Append(KcpCommand command, uint number, uint timestamp)
    {
        if (!IsProven && _allowance - _datagramLength < KcpSegment.HeaderSize)
            return;
        MakeRoom(KcpSegment.HeaderSize);
        Header(command, number, timestamp, 0).Write(_datagram.AsSpan(_datagramLength));
        _datagramLength += KcpSegment.HeaderSize;
    }

    private KcpSegment Header(KcpCommand command, uint number, uint timestamp, int length) =>
        new(_conversation, command, (ushort)Math.Max(0, _options.ReceiveWindow - _receivedSegments.Count), timestamp, number, _receiveNext, length);

    private void MakeRoom(int size)
    {
        if (_datagramLength + size > _datagram.Length)
            SendDatagram();
    }

    private void SendDatagram()
    {
        if (_datagramLength == 0)
            return;
        _allowance -= _datagramLength;
        _output(_datagram.AsSpan(0, _datagramLength));
        _datagramLength = 0;
    }

    /// <summary>Milliseconds until <see cref="Flush"/> has to be called again; null when nothing is due before something arrives or is written.</summary>
    public int? NextFlush(uint now)
    {
        if (_acknowledgements.Count > 0 || _tellWindow || _askWindow || _waiting.Count > 0)
            return _interval;
        if (_inFlight.Count == 0)
            return _peerWindow == 0 ? _interval : null;
        int least = _interval;
        foreach (Outgoing segment in _inFlight)
        {
            if (!segment.Acknowledged)
                least = Math.Min(least, Difference(segment.ResendAt, now));
        }

        return Math.Max(least, 1);
    }

    private uint Clock(uint now) => now + _clockOffset;

    /// <summary>Signed distance modulo 2^32.</summary>
    private static int Difference(uint later, uint earlier) => (int)(later - earlier);

    public void Dispose()
    {
        _received.Clear();
        foreach (Outgoing segment in _waiting.Concat(_inFlight))
            ArrayPool<byte>.Shared.Return(segment.Data);
        _waiting.Clear();
        _inFlight.Clear();
        _open = null;
    }
}
