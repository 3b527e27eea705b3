using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Mgmt.Core;
using Mgmt.Core.Commands;

namespace Dashboard.Fleet.PassThrough;

/// <summary>
/// One program at a pass-through socket: the daemon's side of the management interface, with the replies of the real one. Its
/// commands have their turn between the dashboard's own.
/// </summary>
/// <param name="peer">Where the program connects from, for the record; null on a unix socket.</param>
internal sealed class PassThroughTool(Stream transport, PassThroughOptions options, IPEndPoint? peer, ServerSession session, LiveStore live, IAuditTrail audit, TimeProvider time)
{
    private const string NoSession = "ERROR: the dashboard has no management session to OpenVPN now";
    private const int MaxAttempts = 3;

    private static readonly TimeSpan s_passwordLimit = TimeSpan.FromSeconds(30);

    private readonly PassThroughWriter _out = new(transport, time);
    private readonly PassThroughReader _in = new(transport);
    private string? _blockRefusal;

    /// <summary>Ends when the program leaves, or is given up.</summary>
    /// <exception cref="TimeoutException">It does not read.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task writing = _out.RunAsync(ending.Token);
        Task reading = ServeAsync(ending.Token);
        if (await Task.WhenAny(writing, reading) == reading)
        {
            _out.Complete();
            await writing; // the last words are still sent
        }
        await ending.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await writing;
        await reading;
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        if (options.PasswordFile is { Length: > 0 } file && !await AskPasswordAsync(file, cancellationToken))
            return;
        PassThroughEvents events = new(_out.Say, time);
        ServerSnapshot? server = live.Find(session.Name);
        _out.Say($">INFO:{server?.Connection.Greeting ?? "OpenVPN Management Interface Version 5 -- type 'help' for more info"}");
        if (server?.Status is ServerStatus.Held)
            _out.Say(">HOLD:Waiting for hold release:0");
        using IDisposable tap = session.Listen(events.Take);
        while (await _in.NextAsync(cancellationToken) is { } line)
        {
            if (!await TakeAsync(line, events, cancellationToken))
                return;
        }
    }

    private async Task<bool> AskPasswordAsync(string file, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(s_passwordLimit, time); // who says nothing must not keep a place from somebody else
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        string password = await PasswordFile.ReadAsync(file, cancellationToken);
        byte[] wanted = SHA256.HashData(Encoding.UTF8.GetBytes(password));
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            _out.Say("ENTER PASSWORD:"u8.ToArray());
            if (await NextAsync() is not { } given)
                return false;
            // An empty file lets in nobody, instead of whoever presses Enter.
            if (password.Length > 0 && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), wanted))
            {
                _out.Say("SUCCESS: password is correct");
                return true;
            }
        }
        return false;

        async Task<string?> NextAsync()
        {
            try
            {
                return await _in.NextAsync(either.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    /// <returns>False when the program takes leave.</returns>
    private async Task<bool> TakeAsync(string line, PassThroughEvents events, CancellationToken cancellationToken)
    {
        if (_blockRefusal is { } refusal)
        {
            if (line is "END")
            {
                _out.Say($"ERROR: {refusal}");
                _blockRefusal = null;
            }
            return true;
        }
        switch (PassThroughRules.Judge(line, options.Access))
        {
            case PassThroughVerdict.Leave:
                return false;
            case PassThroughVerdict.Refuse { Why: var why }:
                _out.Say($"ERROR: {why}");
                break;
            case PassThroughVerdict.RefuseBlock { Why: var why }:
                _blockRefusal = why;
                break;
            case PassThroughVerdict.Answer { Reply: var reply }:
                _out.Say($"SUCCESS: {reply}");
                break;
            case PassThroughVerdict.ByteCounts { Seconds: var seconds }:
                events.CountEach(seconds);
                _out.Say("SUCCESS: bytecount interval changed");
                break;
            case PassThroughVerdict.Follow follow:
                await FollowAsync(follow, events, cancellationToken);
                break;
            case PassThroughVerdict.Send send:
                await SendAsync(send.Line, send.ChangesSomething, cancellationToken);
                break;
        }
        return true;
    }

    private async Task FollowAsync(PassThroughVerdict.Follow follow, PassThroughEvents events, CancellationToken cancellationToken)
    {
        foreach (string argument in follow.Arguments)
        {
            if (argument is "on" or "off")
            {
                events.Switch(follow.Source, argument is "on");
                _out.Say($"SUCCESS: real-time {follow.Source} notification set to {(argument is "on" ? "ON" : "OFF")}");
            }
            else if (PassThroughRules.Build(follow.Source, [argument], changesSomething: false) is PassThroughVerdict.Send { Line: var line })
            {
                await SendAsync(line, changesSomething: false, cancellationToken);
            }
            else
            {
                _out.Say($"ERROR: {follow.Source} parameter is too long");
            }
        }
    }

    private async Task SendAsync(string line, bool changesSomething, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReadOnlyMemory<byte>>? reply = null;
        OperationResult result = await session.ExecuteAsync(async (watch, token) =>
        {
            IServerTurn turn = watch;
            if (turn.WhyNotNow(line) is { } refusal)
                return refusal;
            reply = await turn.Connection.SendVerbatimAsync(line, token);
            await NoteAsync(turn, line, token);
            return new OperationResult(OperationOutcome.Done, "");
        }, cancellationToken);
        if (reply is not null)
            _out.Say([.. reply.Select(Masked)]);
        else
            _out.Say(result.Outcome is OperationOutcome.Stale ? NoSession : $"ERROR: {result.Reply}");
        if (changesSomething)
            Record(line, result, reply);
    }

    // log and echo give back what was said before. Bytes that are no text stay as they are: each is a character of Latin-1.
    private static ReadOnlyMemory<byte> Masked(ReadOnlyMemory<byte> line)
    {
        string text = Encoding.Latin1.GetString(line.Span);
        string masked = Secrets.Mask(text);
        return string.Equals(text, masked, StringComparison.Ordinal) ? line : Encoding.Latin1.GetBytes(masked);
    }

    // What the dashboard shows of it changes at once.
    private static async Task NoteAsync(IServerTurn turn, string line, CancellationToken cancellationToken)
    {
        switch (CommandWords.Split(line))
        {
            case ["hold", _, ..]:
                turn.NoteHoldFlag(await turn.Connection.GetHoldAsync(cancellationToken));
                break;
            case ["forget-passwords", ..]:
                turn.Questions.ForgetAll();
                break;
            case ["client-kill", var cid, ..] when uint.TryParse(cid, NumberStyles.None, CultureInfo.InvariantCulture, out uint number):
                turn.Sessions.Killed(new ClientId(number), "ended by a program at the pass-through");
                turn.ExpectDeparture();
                break;
            case ["kill" or "client-kill", ..]:
                turn.ExpectDeparture();
                break;
            case ["verb", _, ..]:
                turn.NoteVerb(await turn.Connection.GetVerbAsync(cancellationToken));
                break;
        }
    }

    private void Record(string line, OperationResult result, IReadOnlyList<ReadOnlyMemory<byte>>? reply)
    {
        string? address = peer is null ? null : $"{CallerAddress.Text(peer.Address)}:{peer.Port}";
        Caller program = new($"program at {options.Endpoint}", CallerKind.Dashboard, address);
        audit.Write(new AuditEntry(time.GetUtcNow(), program, "pass-through command", result.Outcome.ToString())
        {
            Server = session.Name,
            Details = RawCommandRules.ForRecord(line),
            Reply = reply is [.., var last] ? Secrets.Mask(Encoding.UTF8.GetString(last.Span)) : result.Reply,
        });
    }
}
