using System.Text;
using System.Threading.Channels;

namespace Dashboard.Fleet.PassThrough;

/// <summary>What one program is told, in order. Whoever speaks does not wait; a program that does not read is given up.</summary>
internal sealed class PassThroughWriter(Stream transport, TimeProvider time)
{
    /// <summary>How much may wait for a slow reader besides the reply that it is being sent.</summary>
    private const int MaxWaiting = 1024 * 1024;

    private static readonly TimeSpan s_writeLimit = TimeSpan.FromSeconds(30);

    private readonly Channel<ReadOnlyMemory<byte>> _waiting = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new UnboundedChannelOptions { SingleReader = true });
    private long _waitingBytes;

    /// <summary>The program has not read what it turned on.</summary>
    public bool IsOverfull { get; private set; }

    /// <param name="line">Without its end.</param>
    public void Say(string line) => Say(Encoding.UTF8.GetBytes(line + "\r\n"));

    /// <summary>A whole reply: its lines stand together.</summary>
    public void Say(IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        byte[] reply = new byte[lines.Sum(static line => line.Length + 2)];
        int at = 0;
        foreach (ReadOnlyMemory<byte> line in lines)
        {
            line.Span.CopyTo(reply.AsSpan(at));
            at += line.Length;
            reply[at++] = (byte)'\r';
            reply[at++] = (byte)'\n';
        }
        Say(reply);
    }

    public void Say(ReadOnlyMemory<byte> bytes)
    {
        // A reply alone may be larger than that: what counts is what was there already.
        if (Interlocked.Add(ref _waitingBytes, bytes.Length) - bytes.Length > MaxWaiting)
        {
            IsOverfull = true;
            _waiting.Writer.TryComplete();
        }
        else
        {
            _waiting.Writer.TryWrite(bytes);
        }
    }

    /// <summary>Nothing more will be said; what was is still sent.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <exception cref="TimeoutException">The program does not read.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (ReadOnlyMemory<byte> bytes in _waiting.Reader.ReadAllAsync(cancellationToken))
        {
            if (IsOverfull)
                throw new TimeoutException("It does not read.");
            using CancellationTokenSource limit = new(s_writeLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                await transport.WriteAsync(bytes, either.Token);
            }
            catch (OperationCanceledException e) when (limit.IsCancellationRequested)
            {
                throw new TimeoutException("It does not read.", e);
            }
            Interlocked.Add(ref _waitingBytes, -bytes.Length);
        }
        if (IsOverfull)
            throw new TimeoutException("It does not read.");
    }
}
