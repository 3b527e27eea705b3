using System.Net;
using System.Text;

using Dashboard.Access;
using Dashboard.Fleet;
using Dashboard.Fleet.PassThrough;
using Dashboard.Live;
using Dashboard.Tests.Access.Audit;

using Microsoft.Extensions.Logging.Abstractions;

using Tests.Shared;

namespace Dashboard.Tests.Fleet.PassThrough;

/// <summary>Programs that speak with a scripted daemon whose slot the dashboard has.</summary>
public sealed class PassThroughToolTests : IAsyncLifetime
{
    private readonly FakeOpenVpnServer _daemon = new();
    private readonly LiveStore _live = new(TimeProvider.System, NullLogger<LiveStore>.Instance);
    private readonly RecordingTrail _trail = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("pass-through-").FullName;
    private readonly PassThroughOptions _options = new() { Endpoint = "unix:/run/tool.sock", Access = PassThroughAccess.Full };
    private readonly List<Task> _running = [];
    private readonly List<Program> _programs = [];
    private readonly ServerSession _session;

    public PassThroughToolTests()
    {
        _daemon.ListenUnix(Path.Combine(_folder, "m.sock"));
        _session = new ServerSession(new ServerOptions { Name = "paris", Endpoint = $"unix:{_folder}/m.sock" }, _live, [], TimeProvider.System, NullLogger.Instance);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _running.Add(Task.Run(() => _session.RunAsync(_stop.Token), Cancel));
        await TestWait.UntilAsync(() => _live.Find("paris")!.IsLive);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _programs.ForEach(program => program.Dispose());
        await _daemon.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        _stop.Dispose();
    }

    [Fact]
    public async Task A_program_is_greeted_and_gets_the_daemons_own_words()
    {
        Program program = Connect();
        Assert.Equal(">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info", await program.ReadAsync());

        await program.SendAsync("pid\n  status 3\n");

        Assert.Equal("SUCCESS: pid=4711", await program.ReadAsync());
        Assert.Equal(_daemon.Status().Split("\r\n")[..^1], await program.ReadUntilAsync("END"));
    }

    [Fact]
    public async Task A_program_cannot_end_a_daemon_that_restarts_by_the_signal_for_a_status()
    {
        Program program = await GreetedAsync();
        await _daemon.SayAsync(">STATE:1795214552,RECONNECTING,SIGHUP,,,,,\r\n>STATE:1795214553,CONNECTING,,,,,,\r\n", Cancel);
        await TestWait.UntilAsync(() => _live.Find("paris") is { Status: ServerStatus.Starting, DaemonState: "CONNECTING" });

        await program.SendAsync("signal SIGUSR2\npid\n");

        Assert.StartsWith("ERROR: OpenVPN is starting or restarting", await program.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal("SUCCESS: pid=4711", await program.ReadAsync());
        Assert.DoesNotContain("signal SIGUSR2", await HeardAsync());
    }

    [Fact]
    public async Task Each_of_two_programs_gets_the_replies_to_its_own_commands_and_one_that_leaves_ends_nothing_but_itself()
    {
        Program first = await GreetedAsync();
        Program second = await GreetedAsync();

        await first.SendAsync("version\nexit\n");
        await second.SendAsync("pid\n");

        Assert.Equal("SUCCESS: pid=4711", await second.ReadAsync());
        await first.ReadUntilAsync("END");
        Assert.Null(await first.ReadAsync());
        await second.SendAsync("pid\n");
        Assert.Equal("SUCCESS: pid=4711", await second.ReadAsync());
        Assert.Equal((true, 1), (_live.Find("paris")!.IsLive, _daemon.Sessions));
    }

    [Fact]
    public async Task Notifications_come_to_the_program_that_turned_them_on_as_the_daemon_wrote_them()
    {
        Program watching = await GreetedAsync();
        Program other = await GreetedAsync();
        await watching.SendAsync("state on\nlog on\necho on\nbytecount 1\n");
        for (int i = 0; i < 4; i++)
            Assert.StartsWith("SUCCESS: ", await watching.ReadAsync(), StringComparison.Ordinal);
        string[] lines =
        [
            ">STATE:1795214552,RECONNECTING,SIGUSR1,,,,,",
            ">STATE:1795214553,CONNECTED,SUCCESS,10.80.0.1,,,,,fd00:80::1",
            ">STATE:1795214554,CONNECTED,SUCCESS,10.80.0.2,198.51.100.1,1194,198.51.100.11,36832",
            ">LOG:1795214555,NW,alice/198.51.100.11:5 text, with commas >and marks",
            ">ECHO:1795214556,msg a,b",
            ">HOLD:Waiting for hold release:10",
            ">FATAL:out of luck",
        ];

        await _daemon.SayAsync(string.Join("\r\n", lines) + "\r\n", Cancel);

        foreach (string line in lines)
            Assert.Equal(line, await watching.ReadAsync());
        Assert.Equal([">HOLD:Waiting for hold release:10", ">FATAL:out of luck"], await other.ReadLinesAsync(2)); // nobody has to ask for these
    }

    [Fact]
    public async Task No_secret_that_the_daemon_wrote_is_passed_on_and_nothing_else_is_touched()
    {
        _daemon.On("log 2", "1795214550,I,env: password=hunter2\r\n1795214551,,caf\u00e9 SCRV1:aGk=:MTIz\r\nEND\r\n");
        Program program = await GreetedAsync();
        await program.SendAsync("log on 2\necho on\n");
        Assert.Equal(
            ["SUCCESS: real-time log notification set to ON", "1795214550,I,env: password=[hidden]", "1795214551,,caf\u00e9 SCRV1:[hidden]", "END", "SUCCESS: real-time echo notification set to ON"],
            await program.ReadLinesAsync(5));

        await _daemon.SayAsync(">LOG:1795214555,I,PUSH_REPLY,auth-token SESS_ID_abc,ping 10\r\n>ECHO:1795214556,setenv password=hunter2\r\n>FATAL:password=hunter2\r\n", Cancel);

        Assert.Equal(
            [">LOG:1795214555,I,PUSH_REPLY,auth-token [hidden],ping 10", ">ECHO:1795214556,setenv password=[hidden]", ">FATAL:password=[hidden]"],
            await program.ReadLinesAsync(3));
    }

    [Fact]
    public async Task Byte_counts_come_at_the_programs_own_pace_and_the_dashboards_stays_as_it_is()
    {
        Program program = await GreetedAsync();
        await program.SendAsync("bytecount 3600\n");
        Assert.Equal("SUCCESS: bytecount interval changed", await program.ReadAsync());

        await _daemon.SayAsync(">BYTECOUNT_CLI:7,10,20\r\n", Cancel);
        Assert.Equal(">BYTECOUNT_CLI:7,10,20", await program.ReadAsync());
        await _daemon.SayAsync(">BYTECOUNT_CLI:7,11,21\r\n>FATAL:then\r\n", Cancel);

        Assert.Equal(">FATAL:then", await program.ReadAsync());
        await program.SendAsync("pid\n");
        await program.ReadAsync();
        Assert.DoesNotContain("bytecount 3600", await HeardAsync());
    }

    [Fact]
    public async Task History_and_a_switch_in_one_command_are_answered_like_the_daemon_does()
    {
        _daemon.On("log 2", "1795214550,I,one\r\n1795214551,,two\r\nEND\r\n");
        Program program = await GreetedAsync();

        await program.SendAsync("log on 2\n");

        Assert.Equal(["SUCCESS: real-time log notification set to ON", "1795214550,I,one", "1795214551,,two", "END"], await program.ReadUntilAsync("END"));
    }

    [Fact]
    public async Task The_password_is_asked_for_as_OpenVPN_does_and_the_third_wrong_one_ends_it()
    {
        _options.PasswordFile = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(_options.PasswordFile, "se cret\n", Cancel);
        Program right = Connect();
        await right.SendAsync("nonsense\nse cret\npid\n");
        Assert.Equal(["ENTER PASSWORD:ENTER PASSWORD:SUCCESS: password is correct", ">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info", "SUCCESS: pid=4711"], await right.ReadLinesAsync(3));

        Program wrong = Connect();
        await wrong.SendAsync("a\nb\nc\npid\n");

        Assert.Equal("ENTER PASSWORD:ENTER PASSWORD:ENTER PASSWORD:", await wrong.ReadAsync());
        Assert.Null(await wrong.ReadAsync());
    }

    [Fact]
    public async Task A_password_file_that_has_become_empty_lets_in_nobody()
    {
        _options.PasswordFile = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(_options.PasswordFile, "", Cancel);
        Program program = Connect();

        await program.SendAsync("\n\n\npid\n");

        Assert.Equal("ENTER PASSWORD:ENTER PASSWORD:ENTER PASSWORD:", await program.ReadAsync());
        Assert.Null(await program.ReadAsync());
    }

    [Fact]
    public async Task Who_says_no_password_is_sent_away_after_a_while()
    {
        _options.PasswordFile = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(_options.PasswordFile, "se cret\n", Cancel);
        ManualTimeProvider time = new();

        Program silent = Connect(time);

        await TestWait.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return silent.Serving.IsCompleted;
        });
        Assert.Equal("ENTER PASSWORD:", await silent.ReadAsync());
        Assert.Null(await silent.ReadAsync());
    }

    [Fact]
    public async Task A_read_only_program_changes_nothing()
    {
        _options.Access = PassThroughAccess.ReadOnly;
        Program program = await GreetedAsync();

        await program.SendAsync("signal SIGTERM\nclient-auth 0 1\nsignal SIGTERM\nEND\npid\n");

        Assert.Equal(
            ["ERROR: this connection is read-only: 'signal' is not passed through", "ERROR: client-auth is not passed through: blocks of lines are the dashboard's own", "SUCCESS: pid=4711"],
            await program.ReadLinesAsync(3));
        Assert.DoesNotContain(await HeardAsync(), line => line.Contains("SIGTERM", StringComparison.Ordinal) || line.Contains("client-auth", StringComparison.Ordinal));
        Assert.Empty(_trail.Entries);
    }

    [Fact]
    public async Task What_a_program_changes_is_put_on_record_without_secrets()
    {
        _daemon.On("password", "ERROR: no password is currently needed at this time\r\n");
        Program program = await GreetedAsync();

        await program.SendAsync("hold on\npassword Auth secret\n");

        Assert.Equal("SUCCESS: hold flag set to ON", await program.ReadAsync());
        Assert.Equal("ERROR: no password is currently needed at this time", await program.ReadAsync());
        await TestWait.UntilAsync(() => _trail.Entries.Count == 2);
        Assert.Equal(["hold on", "password [hidden]"], _trail.Entries.Select(entry => entry.Details));
        Assert.All(_trail.Entries, entry => Assert.Equal(new Caller("program at unix:/run/tool.sock", CallerKind.Dashboard, "192.0.2.7:40001"), entry.By));
    }

    [Fact]
    public async Task Without_a_session_a_program_is_told_so_and_stays()
    {
        Program program = await GreetedAsync();
        _session.ReleaseSlot(TimeSpan.FromHours(1));
        await TestWait.UntilAsync(() => _live.Find("paris")!.Status is ServerStatus.Released);

        await program.SendAsync("pid\n");
        Assert.Equal("ERROR: the dashboard has no management session to OpenVPN now", await program.ReadAsync());

        _session.TakeSlotBack();
        await TestWait.UntilAsync(() => _live.Find("paris")!.IsLive);
        await program.SendAsync("pid\n");
        Assert.Equal("SUCCESS: pid=4711", await program.ReadAsync());
    }

    [Fact]
    public async Task A_program_that_does_not_read_is_given_up_and_nobody_waits_for_it()
    {
        Program deaf = Connect();
        await deaf.SendAsync("log on\n");
        Assert.StartsWith(">INFO", await deaf.ReadAsync(), StringComparison.Ordinal);
        Assert.StartsWith("SUCCESS", await deaf.ReadAsync(), StringComparison.Ordinal);
        string lines = string.Concat(Enumerable.Repeat($">LOG:1795214555,,{new string('x', 900)}\r\n", 50));

        for (int i = 0; i < 200 && !deaf.Serving.IsCompleted; i++)
            await _daemon.SayAsync(lines, Cancel).WaitAsync(TestWait.Limit, Cancel);

        await Assert.ThrowsAsync<TimeoutException>(() => deaf.Serving.WaitAsync(TestWait.Limit, Cancel));
        Assert.True(deaf.Serving.IsFaulted); // it was the program's time-out, not this test's
        Program other = await GreetedAsync();
        await other.SendAsync("pid\n");
        Assert.Equal("SUCCESS: pid=4711", await other.ReadAsync());
    }

    [Fact]
    public async Task A_line_that_is_too_long_ends_the_connection_and_its_tail_is_not_run()
    {
        Program program = await GreetedAsync();

        await program.SendAsync(new string('#', 2000) + "signal SIGTERM\n");

        await Assert.ThrowsAsync<InvalidDataException>(() => program.Serving.WaitAsync(TestWait.Limit, Cancel));
        Assert.DoesNotContain("signal SIGTERM", await HeardAsync());
    }

    private Program Connect(TimeProvider? time = null)
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        Task serving = Task.Run(
            async () =>
            {
                await using (far)
                    await new PassThroughTool(far, _options, new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.7"), 40_001), _session, _live, _trail, time ?? TimeProvider.System).RunAsync(_stop.Token);
            },
            Cancel);
        _running.Add(serving);
        Program program = new(near, serving);
        _programs.Add(program);
        return program;
    }

    private async Task<Program> GreetedAsync()
    {
        Program program = Connect();
        await program.ReadAsync();
        return program;
    }

    /// <summary>What has reached the daemon, up to a question that this asks.</summary>
    private async Task<List<string>> HeardAsync()
    {
        await _session.ExecuteAsync(async (turn, token) => await Dashboard.Fleet.Operations.DaemonOperations.MuteAsync(turn, 0, token), Cancel);
        List<string> heard = [];
        while (heard is not [.., "mute"])
            heard.Add(await _daemon.HeardAsync(Cancel).WaitAsync(TestWait.Limit, Cancel));
        return heard;
    }

    /// <summary>A program's end of the connection.</summary>
    private sealed class Program(Stream stream, Task serving) : IDisposable
    {
        private readonly StreamReader _reader = new(stream, Encoding.UTF8);

        public Task Serving => serving;

        public void Dispose() => _reader.Dispose();

        public async Task SendAsync(string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), Cancel);

        public async Task<string?> ReadAsync() => await _reader.ReadLineAsync(Cancel).AsTask().WaitAsync(TestWait.Limit, Cancel);

        public async Task<List<string>> ReadLinesAsync(int count)
        {
            List<string> lines = [];
            while (lines.Count < count)
                lines.Add(await ReadAsync() ?? throw new EndOfStreamException());
            return lines;
        }

        public async Task<List<string>> ReadUntilAsync(string last)
        {
            List<string> lines = [];
            while (lines is not [.., var line] || line != last)
                lines.Add(await ReadAsync() ?? throw new EndOfStreamException());
            return lines;
        }
    }
}
