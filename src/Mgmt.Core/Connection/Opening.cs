using System.Text;

namespace Mgmt.Core.Connection;

/// <summary>Leads a fresh connection to its greeting.</summary>
internal static class Opening
{
    /// <param name="Greeting">The greeting's text.</param>
    /// <param name="Version">The number in it.</param>
    /// <param name="Rest">What the daemon has sent after it.</param>
    /// <param name="BytesReceived">All bytes so far.</param>
    public sealed record Result(string Greeting, int Version, ReadOnlyMemory<byte> Rest, long BytesReceived);

    public static async Task<Result> RunAsync(Stream transport, ManagementConnectionOptions options, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.GreetingTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        byte[] buffer = new byte[4096];
        int start = 0;
        int end = 0;
        long received = 0;
        int prompts = 0;
        try
        {
            while (true)
            {
                Greeting.Verdict verdict = Greeting.Read(buffer.AsSpan(start, end - start), out int consumed, out string greeting, out int version);
                start += consumed;
                switch (verdict)
                {
                    case Greeting.Verdict.Complete:
                        return new Result(greeting, version, buffer.AsMemory(start, end - start), received);
                    case Greeting.Verdict.Foreign:
                        throw new NotOpenVpnException("What answered is not OpenVPN's management interface. It began with: " + Quote(buffer.AsSpan(start, end - start)));
                    case Greeting.Verdict.PasswordPrompt when prompts++ > 0:
                        throw new PasswordRejectedException();
                    case Greeting.Verdict.PasswordPrompt:
                        await SendPasswordAsync(transport, options, either.Token).ConfigureAwait(false);
                        timeout.CancelAfter(options.GreetingTimeout);
                        continue;
                }

                if (start > 0)
                {
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                    end -= start;
                    start = 0;
                }

                int length = await transport.ReadAsync(buffer.AsMemory(end), either.Token).ConfigureAwait(false);
                if (length == 0)
                    throw prompts > 0 ? new PasswordRejectedException() : new ClosedWhileOpeningException("The other side closed the connection before its greeting.");
                end += length;
                received += length;
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SlotTakenException(received == 0
                ? "Connected, but OpenVPN gives no greeting: another management client has its only slot, or it is busy."
                : "Connected, but OpenVPN's greeting stopped half-way.");
        }
        catch (IOException error)
        {
            throw new ClosedWhileOpeningException("The connection was lost before the greeting: " + error.Message, error);
        }
    }

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
}
