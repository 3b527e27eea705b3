using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Echo;
using Mgmt.Core.Events;
using Mgmt.Core.Sockets;
using Mgmt.Core.Status;
using Tests.Shared;

namespace Mgmt.Core.Tests.Connection;

/// <summary>Any bytes, cut anywhere: no crash, no hang, no memory beyond the stated maximum, and the same result however they are cut.</summary>
[Collection(nameof(RunsAlone))]
public sealed class RandomInputTests
{
    private static readonly string[] s_pieces =
    [
        ">", ">CLIENT:", ">CLIENT:CONNECT,0,1\r\n", ">CLIENT:ENV,", "END", "\r\n", "\n", "\r", ",", ":", "=", "SUCCESS: ", "ERROR: ", ">BYTECOUNT_CLI:", "1,2,3\r\n", ">STATE:", ">LOG:1,I,x\r\n",
        ">PASSWORD:Need 'Auth' username/password SC:1,x\r\n", ">PASSWORD:", "Need '", "'", ">NEED-OK:", ">PKCS11ID-ENTRY:'0', ID:'", "', BLOB:'", ">UPDOWN:UP\r\n", ">UPDOWN:ENV,END\r\n", "TITLE\t", "HEADER\tCLIENT_LIST\t",
        "CLIENT_LIST\t", "OpenVPN CLIENT LIST\r\n", "Common Name,Real Address,Bytes Received,Bytes Sent\r\n", "ROUTING TABLE\r\n", "GLOBAL STATS\r\n", "END\r\n", "99999999999999999999", "-1", "\0", "\t", "é", ">CLIENT:ADDRESS,1,x,1\r\n",
        "ENTER PASSWORD:", ">INFO:OpenVPN Management Interface Version 5 -- x\r\n", ">HOLD:a:1\r\n", "fence-1", ">REMOTE:a,b,c\r\n", ">PROXY:1,TCP,x\r\n", ">NOTIFY:a,b\r\n", ">ECHO:1,x\r\n", ">PK_SIGN:a,b\r\n", ">FATAL:x\r\n",
    ];

    [Fact]
    public void Cutting_the_bytes_anywhere_gives_the_same_events_and_replies() => Prop.ForAll(
        Gen.Elements(s_pieces).ListOf().Select(string.Concat).ToArbitrary(),
        ArbMap.Default.ArbFor<int>(),
        static (text, seed) =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            var whole = new RecordingSink();
            var parts = new RecordingSink();
            whole.Demultiplexer.Write(bytes);
            var random = new Random(seed);
            for (int start = 0; start < bytes.Length;)
            {
                int length = Math.Min(random.Next(1, 9), bytes.Length - start);
                parts.Demultiplexer.Write(bytes.AsSpan(start, length));
                start += length;
            }

            return whole.All.SequenceEqual(parts.All);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_fast_reader_agrees_with_the_general_parser() => Prop.ForAll(
        ArbMap.Default.ArbFor<uint>(),
        ArbMap.Default.ArbFor<ulong>(),
        ArbMap.Default.ArbFor<ulong>(),
        static (client, received, sent) =>
        {
            var sink = new RecordingSink();
            sink.Demultiplexer.Write(Encoding.ASCII.GetBytes($">BYTECOUNT_CLI:{client},{received},{sent}\r\n"));
            sink.Demultiplexer.Write(Encoding.ASCII.GetBytes($">BYTECOUNT_CLI:{client},{received},{sent},x\r\n"));
            var expected = new ByteCount(new ClientId(client), received, sent);
            return sink.Counts.SequenceEqual([expected, expected]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_quoted_line_is_one_line_and_reads_back_as_its_parameters() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>[]>(),
        static parameters =>
        {
            var line = new CommandLine("x");
            var kept = new List<string> { "x" };
            foreach (NonNull<string> parameter in parameters)
            {
                try
                {
                    line.Add(parameter.Get);
                    kept.Add(parameter.Get);
                }
                catch (ArgumentException)
                {
                    // refused: nothing of it may be in the line
                }
            }

            string wire = Encoding.UTF8.GetString(line.ToWire());
            return wire.IndexOf('\n', StringComparison.Ordinal) == wire.Length - 1 && DaemonParser.Split(wire[..^1]).SequenceEqual(kept);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Status_replies_of_any_lines_are_read_without_a_crash() => Prop.ForAll(
        Gen.Elements(s_pieces).ListOf().Select(string.Concat).ListOf().ToArbitrary(),
        static lines =>
        {
            var reader = new StatusReplyReader(1_000_000);
            foreach (string line in lines)
                reader.Read(Encoding.UTF8.GetBytes(line));
            try
            {
                return reader.Finish(complete: false) is not null;
            }
            catch (ManagementException)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Echo_endpoints_and_configurations_take_any_text() => Prop.ForAll(
        ArbMap.Default.ArbFor<string?>(),
        static text =>
        {
            var echo = new EchoInterpreter();
            _ = ManagementEndpoint.TryParse(text, out _, out _);
            _ = new RealAddress(text!).EndPoint;
            _ = DynamicChallenge.TryParse(text, out _);
            if (text is null)
                return true;
            _ = SocketAdvisor.Examine(text);
            foreach (string command in (string[])["msg ", "msg-n ", "setenv ", ""])
                _ = echo.Interpret(command + text);
            return echo.Interpret("msg-window " + text) is EchoCommand.Message;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_long_run_of_hostile_bytes_neither_hangs_nor_grows(int seed)
    {
        CancellationToken cancel = Limits.Token();
        var random = new Random(seed);
        (Stream near, Stream far) = PipeStream.CreatePair();
        await using Stream daemon = far;
        await daemon.WriteAsync(">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n"u8.ToArray(), cancel);
        var options = new ManagementConnectionOptions { MaxQueuedBytes = 200_000, EventCapacity = 500, MaxReplyBytes = 200_000, QuietTimeout = TimeSpan.FromMilliseconds(5), CommandTimeout = TimeSpan.FromMilliseconds(50) };
        await using ManagementConnection connection = await ManagementConnection.OpenAsync(near, options, cancel);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        Task listening = DrainAsync(daemon, cancel);
        Task asking = AskAsync(connection, cancel);
        for (int round = 0; round < 400; round++)
            await daemon.WriteAsync(Hostile(random), cancel);
        await daemon.WriteAsync("\r\n>INFO:the end\r\n"u8.ToArray(), cancel);
        long sent = connection.BytesReceived;
        await daemon.DisposeAsync(); // ends the connection: everything that waits must be told

        await Assert.ThrowsAsync<ManagementClosedException>(() => connection.Completion.WaitAsync(cancel));
        await asking.WaitAsync(cancel);
        await listening.WaitAsync(cancel);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(sent > 100_000, $"only {sent} bytes were read");
        Assert.True(grown < 8_000_000, $"{grown} bytes are held");
    }

    private static byte[] Hostile(Random random)
    {
        var bytes = new List<byte>();
        while (bytes.Count < 4000)
        {
            switch (random.Next(12))
            {
                case 0:
                    byte[] noise = new byte[random.Next(200)];
                    random.NextBytes(noise);
                    bytes.AddRange(noise);
                    break;
                case 1:
                    bytes.AddRange(Enumerable.Repeat((byte)random.Next(256), random.Next(3000)));
                    break;
                default:
                    bytes.AddRange(Encoding.UTF8.GetBytes(s_pieces[random.Next(s_pieces.Length)]));
                    break;
            }
        }

        return [.. bytes];
    }

    private static async Task AskAsync(ManagementConnection connection, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await connection.GetStatusAsync(StatusVersion.One, cancel);
                await connection.GetHelpAsync(cancel);
                await connection.GetPidAsync(cancel);
                await connection.SetClientVersionAsync(5, cancel);
            }
            catch (ManagementClosedException)
            {
                return;
            }
            catch (ManagementException)
            {
                // whatever was answered, it is not an answer
            }
        }
    }

    private static async Task DrainAsync(Stream daemon, CancellationToken cancel)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await daemon.ReadAsync(buffer, cancel) > 0)
            {
                // commands fall on deaf ears
            }
        }
        catch (Exception error) when (error is ObjectDisposedException or InvalidOperationException)
        {
            // our own end is closed
        }
    }
}
