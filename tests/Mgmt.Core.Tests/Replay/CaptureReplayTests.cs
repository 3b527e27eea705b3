using Mgmt.Core.Events;

namespace Mgmt.Core.Tests.Replay;

/// <summary>
/// All recordings of real daemons, 2.4 to 2.8. What is expected stands beside them in <c>expected/</c>; after a wanted change, run the tests with
/// <c>UPDATE_EXPECTED=1</c> and review the difference.
/// </summary>
public sealed class CaptureReplayTests
{
    public static TheoryData<string> Recordings => [.. Capture.Names];

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task A_recording_gives_the_expected_replies_and_events(string name)
    {
        string actual = await ReplayAsync(name, static bytes => [bytes]);

        string file = Path.Combine(Capture.Folder, "expected", name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTED") is { Length: > 0 })
            await File.WriteAllTextAsync(Path.Combine(SourceFolder(), "..", "..", "captures", "expected", name + ".txt"), actual, TestContext.Current.CancellationToken);
        else
            Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), actual);
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Packets_cut_anywhere_change_nothing_about_replies_and_events(string name)
    {
        string whole = await ReplayAsync(name, static bytes => [bytes]);
        var random = new Random(name.Length);

        string cut = await ReplayAsync(name, bytes => Cut(bytes, random));

        Assert.Equal(whole, cut);
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Bytes_one_by_one_are_sorted_like_the_whole(string name)
    {
        foreach (CaptureConnection connection in Capture.Load(name).Connections)
        {
            byte[] bytes = connection.FromDaemon();
            var whole = new RecordingSink();
            var single = new RecordingSink();

            whole.Demultiplexer.Write(bytes);
            foreach (byte value in bytes)
                single.Demultiplexer.Write([value]);

            Assert.Equal(whole.All, single.All);
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Every_line_is_an_event_or_part_of_a_reply(string name)
    {
        foreach (CaptureConnection connection in Capture.Load(name).Connections)
        {
            var sink = new RecordingSink();
            sink.Demultiplexer.Write(connection.FromDaemon());

            string[] lines = System.Text.Encoding.UTF8.GetString(connection.FromDaemon()).Split("\r\n");
            int notifications = lines.Count(line => line.StartsWith('>'));
            int inBlocks = lines.Count(line => line.StartsWith(">CLIENT:ENV,", StringComparison.Ordinal) || line.StartsWith(">UPDOWN:ENV,", StringComparison.Ordinal));

            Assert.Equal(notifications - inBlocks, sink.Events.Count + sink.Counts.Count);
            Assert.Equal(lines.Length - 1 - notifications, sink.Replies.Count);
            Assert.DoesNotContain(sink.Events, next => next is ManagementEvent.Malformed or ManagementEvent.Unknown);
            Assert.Equal(
                lines.Where(line => line.StartsWith(">BYTECOUNT_CLI:", StringComparison.Ordinal)),
                sink.Counts.Select(count => $">BYTECOUNT_CLI:{count.Client},{count.Received},{count.Sent}"));
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void A_line_cut_at_every_byte_is_sorted_like_the_whole(string name)
    {
        // Every position of the first bytes of a recording; the whole of a recording is cut at random elsewhere.
        byte[] bytes = Capture.Load(name).Connections[0].FromDaemon();
        bytes = bytes[..Math.Min(bytes.Length, 1500)];
        var whole = new RecordingSink();
        whole.Demultiplexer.Write(bytes);

        for (int cut = 1; cut < bytes.Length; cut++)
        {
            var parts = new RecordingSink();
            parts.Demultiplexer.Write(bytes.AsSpan(0, cut));
            parts.Demultiplexer.Write(bytes.AsSpan(cut));
            Assert.Equal(whole.All, parts.All);
        }
    }

    private static async Task<string> ReplayAsync(string name, Func<byte[], IEnumerable<byte[]>> split)
    {
        CancellationToken cancel = Limits.Token();
        string text = "";
        foreach (CaptureConnection connection in Capture.Load(name).Connections)
            text += $"=== connection {connection.Number}\n" + await CaptureReplay.RunAsync(connection, split, cancel);
        return text;
    }

    private static IEnumerable<byte[]> Cut(byte[] bytes, Random random)
    {
        for (int start = 0; start < bytes.Length;)
        {
            int length = Math.Min(random.Next(1, 700), bytes.Length - start);
            yield return bytes[start..(start + length)];
            start += length;
        }
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
