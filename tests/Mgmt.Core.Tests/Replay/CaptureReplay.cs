using System.Text;
using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Status;
using Tests.Shared;

namespace Mgmt.Core.Tests.Replay;

/// <summary>
/// Plays a recording to a real <see cref="ManagementConnection"/>: sends what the recording's client sent, answers with what the daemon answered, and
/// writes down the typed replies and events. The clock stands still, so a reply that is not recognised as complete is a test that hangs.
/// </summary>
internal sealed class CaptureReplay
{
    private readonly CaptureConnection _recording;
    private readonly Func<byte[], IEnumerable<byte[]>> _split;
    private readonly CancellationToken _cancel;
    private readonly StringBuilder _result = new();
    private readonly List<string> _events = [];
    private readonly List<byte> _heard = [];
    private Stream _daemon = Stream.Null;
    private int _next;

    private CaptureReplay(CaptureConnection recording, Func<byte[], IEnumerable<byte[]>> split, CancellationToken cancel)
    {
        _recording = recording;
        _split = split;
        _cancel = cancel;
    }

    /// <summary>The typed replies and then the typed events.</summary>
    public static async Task<string> RunAsync(CaptureConnection recording, Func<byte[], IEnumerable<byte[]>> split, CancellationToken cancel)
    {
        // A client that spoke before it had the slot is played as if it had spoken right after the greeting.
        int greeting = recording.Steps.FindIndex(step => !step.IsClient);
        if (greeting > 0)
        {
            CaptureStep first = recording.Steps[greeting];
            recording.Steps.RemoveAt(greeting);
            recording.Steps.Insert(0, first);
        }

        var replay = new CaptureReplay(recording, split, cancel);
        await replay.RunAsync();
        return replay._result.ToString();
    }

    private async Task RunAsync()
    {
        (Stream near, _daemon) = PipeStream.CreatePair();
        await using Stream far = _daemon;
        var options = new ManagementConnectionOptions { TimeProvider = new ManualTimeProvider(), Password = _ => ValueTask.FromResult(PasswordInRecording()) };
        Task<ManagementConnection> opening = ManagementConnection.OpenAsync(near, options, _cancel);
        await SayAsync(NextFromDaemon());
        if (opening.IsCompleted || _next >= _recording.Steps.Count || !Encoding.UTF8.GetString(_recording.FromDaemon()).StartsWith("ENTER PASSWORD:", StringComparison.Ordinal))
        {
            if (_next >= _recording.Steps.Count)
                await far.DisposeAsync();
        }
        else
        {
            await HearAsync(NextFromClient());
            await SayAsync(NextFromDaemon());
        }

        ManagementConnection connection;
        try
        {
            connection = await opening;
        }
        catch (ManagementOpenException error)
        {
            _result.Append("open: ").Append(error.Failure).Append('\n');
            return;
        }

        await using (connection)
        {
            _result.Append("open: interface version ").Append(connection.InterfaceVersion).Append('\n');
            Task reading = CollectAsync(connection);
            while (_next < _recording.Steps.Count)
            {
                byte[] command = NextFromClient();
                if (Encoding.UTF8.GetString(command) is "quit\n" or "exit\n")
                    break;
                await CommandAsync(connection, command);
            }

            await SayAsync(NextFromDaemon());
            Task closing = connection.CloseAsync(_cancel);
            await HearAsync("exit\n"u8.ToArray());
            await far.DisposeAsync();
            await closing;
            await reading;
            _result.Append("malformed lines: ").Append(connection.MalformedLines).Append('\n');
        }

        _result.AppendJoin("", _events);
    }

    private async Task CommandAsync(ManagementConnection connection, byte[] wire)
    {
        string text = Encoding.UTF8.GetString(wire);
        string line = text.TrimEnd('\n');
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool isPlain = !line.AsSpan().ContainsAnyInRange('\0', '\x1f') && line.Length <= CommandLine.MaxLength && words.Length > 0 && words[0][0] is not ('#' or ';');
        ReplyShape shape = isPlain && !RawReplyShape.OpensBlock(words) ? RawReplyShape.Of(words) : ReplyShape.Open;
        Task<object> reply = isPlain && words[0] == "status"
            ? SendAsync(connection, wire, new StatusReplyReader(int.MaxValue))
            : SendAsync(connection, wire, new TextReplyReader(shape, int.MaxValue));

        await HearAsync(wire);
        await SayAsync(NextFromDaemon());
        if (shape is ReplyShape.Open)
            await AnswerFenceAsync();

        _result.Append("C: ").Append(Printer.Print(text)).Append('\n');
        _result.Append("   ").Append(Printer.Print(Typed(words, await reply.WaitAsync(_cancel)))).Append('\n');
    }

    /// <summary>The lines of a history as the events that they are.</summary>
    private static object Typed(string[] words, object reply)
    {
        if (reply is not ManagementReply { Lines: { Count: > 0 } lines } || words.Length == 0)
            return reply;
        Func<string, object?>? parse = words[0] switch
        {
            "state" => static line => EventParser.ParseState(line),
            "log" => static line => EventParser.ParseLog(line),
            "echo" => static line => EventParser.ParseEcho(line),
            _ => null,
        };
        return parse is null ? reply : lines.Select(parse).ToList();
    }

    private async Task<object> SendAsync<T>(ManagementConnection connection, byte[] wire, IReplyReader<T> reader)
        where T : class
    {
        try
        {
            return await connection.ExecuteAsync("replay", wire, reader, _cancel);
        }
        catch (ManagementCommandException error)
        {
            return error.Reply;
        }
    }

    private async Task CollectAsync(ManagementConnection connection)
    {
        await foreach (ManagementEvent next in connection.ReadEventsAsync(_cancel))
        {
            // How byte counts are gathered depends on the reader's pace: the batches themselves are tested elsewhere.
            if (next is ManagementEvent.ByteCounts)
                continue;
            _events.Add($"E: {Printer.Print(next)}\n");
        }
    }

    private string PasswordInRecording() => Encoding.UTF8.GetString(_recording.Steps.First(step => step.IsClient).Bytes).TrimEnd('\n');

    private byte[] NextFromDaemon() => Next(isClient: false);

    private byte[] NextFromClient() => Next(isClient: true);

    private byte[] Next(bool isClient)
    {
        var bytes = new List<byte>();
        while (_next < _recording.Steps.Count && _recording.Steps[_next].IsClient == isClient)
            bytes.AddRange(_recording.Steps[_next++].Bytes);
        return [.. bytes];
    }

    private async Task SayAsync(byte[] bytes)
    {
        foreach (byte[] part in _split(bytes))
            await _daemon.WriteAsync(part, _cancel);
    }

    private async Task HearAsync(byte[] expected)
    {
        while (_heard.Count < expected.Length)
            await HearMoreAsync();
        Assert.Equal(Encoding.UTF8.GetString(expected), Encoding.UTF8.GetString([.. _heard[..expected.Length]]));
        _heard.RemoveRange(0, expected.Length);
    }

    private async Task AnswerFenceAsync()
    {
        while (!_heard.Contains((byte)'\n'))
            await HearMoreAsync();
        string fence = Encoding.UTF8.GetString([.. _heard]);
        _heard.Clear();
        Assert.Matches("^signal fence-[0-9]+\n$", fence);
        await SayAsync(Encoding.UTF8.GetBytes($"ERROR: signal '{fence[7..^1]}' is not a known signal type\r\n"));
    }

    private async Task HearMoreAsync()
    {
        byte[] buffer = new byte[4096];
        int length = await _daemon.ReadAsync(buffer, _cancel);
        Assert.NotEqual(0, length);
        _heard.AddRange(buffer.AsSpan(0, length));
    }
}
