using System.Text;

namespace Mgmt.Core.Connection;

/// <summary>Leads a fresh connection to its greeting.</summary>
internal static class Opening
{
    /// <summary>So many bytes of events are kept for a greeting that may still come.</summary>
    private const int MaxBefore = 64 * 1024;

    /// <param name="Greeting">The greeting's text; empty where there is none.</param>
    /// <param name="Version">The number in it; 0 where there is none.</param>
    /// <param name="Rest">What the daemon has sent beside it.</param>
    /// <param name="BytesReceived">All bytes so far.</param>
    public sealed record Result(string Greeting, int Version, ReadOnlyMemory<byte> Rest, long BytesReceived);

    public static async Task<Result> RunAsync(Stream transport, ManagementConnectionOptions options, CancellationToken cancellationToken)
    {
        if (!options.AwaitGreeting)
            return new Result("", 0, ReadOnlyMemory<byte>.Empty, 0);
        using var timeout = new CancellationTokenSource(options.GreetingTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var received = new Received();
        int prompts = 0;
        try
        {
            while (true)
            {
                Greeting.Verdict verdict = Greeting.Read(received.Unread, out int consumed, out string greeting, out int version);
                switch (verdict)
                {
                    case Greeting.Verdict.Complete:
                        received.Skip(consumed);
                        return new Result(greeting, version, received.Kept, received.Total);
                    case Greeting.Verdict.Foreign:
                        throw new NotOpenVpnException("What answered is not OpenVPN's management interface. It began with: " + Quote(received.Unread));
                    case Greeting.Verdict.Event:
                        received.Keep(consumed);
                        continue;
                    case Greeting.Verdict.PasswordPrompt when prompts++ > 0:
                        throw new PasswordRejectedException();
                    case Greeting.Verdict.PasswordPrompt:
                        received.Skip(consumed);
                        await SendPasswordAsync(transport, options, either.Token).ConfigureAwait(false);
                        timeout.CancelAfter(options.GreetingTimeout);
                        continue;
                }

                if (received.Kept.Length >= MaxBefore)
                    return WithoutGreeting(received);
                if (await received.ReadAsync(transport, either.Token).ConfigureAwait(false))
                    continue;
                if (received.HasEvents)
                    return WithoutGreeting(received); // they may say why there was no more
                throw prompts > 0 ? new PasswordRejectedException() : new ClosedWhileOpeningException("The other side closed the connection before its greeting.");
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Who has no slot hears nothing: whoever hears events has one.
            if (received.HasEvents)
                return WithoutGreeting(received);
            throw new SlotTakenException(received.Total == 0
                ? "Connected, but OpenVPN gives no greeting: another management client has its only slot, or it is busy."
                : "Connected, but OpenVPN's greeting stopped half-way.");
        }
        catch (IOException error)
        {
            throw new ClosedWhileOpeningException("The connection was lost before the greeting: " + error.Message, error);
        }
    }

    private static Result WithoutGreeting(Received received) => new("", 0, received.Kept, received.Total);

    private static async Task SendPasswordAsync(Stream transport, ManagementConnectionOptions options, CancellationToken cancellationToken)
    {
        if (options.Password is null)
            throw new PasswordRequiredException();
        string password = await options.Password(cancellationToken).ConfigureAwait(false);
        // The line is compared whole: no quoting, and blanks count. What is not one line cannot be right, and its tail would be the next attempt.
        byte[] line = Encoding.UTF8.GetBytes(password + "\n");
        if (password.AsSpan().ContainsAny('\r', '\n', '\0') || line.Length - 1 > Commands.CommandLine.MaxLength)
            throw new PasswordRejectedException();
        await transport.WriteAsync(line, cancellationToken).ConfigureAwait(false);
    }

    private static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (byte value in bytes[..Math.Min(bytes.Length, 40)])
            text.Append(value is >= 32 and < 127 ? (char)value : '.');
        return text.ToString();
    }

    /// <summary>The first bytes of a connection: events that are kept for its reader, and behind them what has not been looked at.</summary>
    private sealed class Received
    {
        private byte[] _buffer = new byte[4096];
        private int _kept;
        private int _end;

        public long Total { get; private set; }

        public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_kept, _end - _kept);

        /// <summary>Everything but what was skipped.</summary>
        public ReadOnlyMemory<byte> Kept => _buffer.AsMemory(0, _end);

        public bool HasEvents => _kept > 0 || Greeting.IsEvent(Unread);

        public void Keep(int length) => _kept += length;

        public void Skip(int length)
        {
            Unread[length..].CopyTo(_buffer.AsSpan(_kept));
            _end -= length;
        }

        /// <returns>False at the end of the stream.</returns>
        public async ValueTask<bool> ReadAsync(Stream transport, CancellationToken cancellationToken)
        {
            if (_end == _buffer.Length)
                Array.Resize(ref _buffer, 2 * _buffer.Length);
            int length = await transport.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += length;
            Total += length;
            return length > 0;
        }
    }
}
