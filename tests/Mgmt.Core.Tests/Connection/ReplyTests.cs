using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Status;
using Tests.Shared;

namespace Mgmt.Core.Tests.Connection;

/// <summary>Which reply belongs to which command, also when replies are late, cut off, or missing.</summary>
public sealed class ReplyTests : IAsyncDisposable
{
    private readonly FakeOpenVpnServer _server = new();
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationToken _cancel = Limits.Token();

    [Fact]
    public async Task Commands_are_answered_in_the_order_in_which_they_were_given()
    {
        _server.On("kill", line => $"SUCCESS: common name '{line[5..]}' found, 1 client(s) killed\r\n");
        await using ManagementConnection connection = await OpenAsync();

        KillReply[] replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => connection.KillByNameAsync($"user{i}", _cancel)));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"common name 'user{i}' found, 1 client(s) killed"), replies.Select(reply => reply.Text));
    }

    [Fact]
    public async Task An_error_carries_the_daemons_own_words()
    {
        _server.On("client-kill", "ERROR: client-kill command failed\r\n");
        await using ManagementConnection connection = await OpenAsync();

        var error = await Assert.ThrowsAsync<ManagementCommandException>(() => connection.KillClientAsync(new ClientId(9), cancellationToken: _cancel));

        Assert.Equal("client-kill command failed", error.Message);
    }

    [Fact]
    public async Task A_command_without_a_reply_fails_after_the_timeout_and_not_before()
    {
        _server.On("pid", (string?)null);
        await using ManagementConnection connection = await OpenAsync();
        Task<int> pid = connection.GetPidAsync(_cancel);
        await _server.HeardAsync("pid", _cancel);

        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(pid.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        await Assert.ThrowsAsync<ManagementTimeoutException>(() => pid);
    }

    [Fact]
    public async Task A_late_reply_never_answers_the_next_command()
    {
        _server.On("pid", (string?)null);
        _server.On("signal", (string?)null);
        await using ManagementConnection connection = await OpenAsync();
        Task<int> late = connection.GetPidAsync(_cancel);
        await _server.HeardAsync("pid", _cancel);
        _time.Advance(TimeSpan.FromSeconds(11));
        await Assert.ThrowsAsync<ManagementTimeoutException>(() => late);
        string fence = await _server.HeardAsync(_cancel);

        Task<int> next = connection.GetPidAsync(_cancel);
        await _server.SayAsync("SUCCESS: pid=1\r\n", _cancel);
        await _server.SayAsync($"ERROR: {fence.Replace("signal ", "signal '", StringComparison.Ordinal)}' is not a known signal type\r\n", _cancel);
        await _server.HeardAsync("pid", _cancel);
        await _server.SayAsync("SUCCESS: pid=2\r\n", _cancel);

        Assert.Equal(2, await next);
    }

    [Fact]
    public async Task A_late_reply_with_many_lines_never_answers_the_next_command()
    {
        _server.On("status 3", (string?)null);
        _server.On("signal", (string?)null);
        await using ManagementConnection connection = await OpenAsync();
        Task<StatusReply> late = connection.GetStatusAsync(cancellationToken: _cancel);
        await _server.HeardAsync("status 3", _cancel);
        _time.Advance(TimeSpan.FromSeconds(11));
        await Assert.ThrowsAsync<ManagementTimeoutException>(() => late);
        string fence = await _server.HeardAsync(_cancel);

        Task<int> next = connection.GetPidAsync(_cancel);
        await _server.SayAsync(_server.Status(FakeOpenVpnServer.ClientRow(1, "SUCCESS: pid=666")), _cancel);
        await _server.SayAsync($"ERROR: signal '{fence[7..]}' is not a known signal type\r\n", _cancel);

        Assert.Equal(4711, await next);
        Assert.Equal(0, connection.MalformedLines);
    }

    [Fact]
    public async Task A_status_that_is_cut_off_gives_the_rows_that_came_and_says_so()
    {
        string whole = _server.Status(FakeOpenVpnServer.ClientRow(1, "alice"), FakeOpenVpnServer.ClientRow(2, "bob"));
        string cut = whole[..(whole.IndexOf("CLIENT_LIST\tbob", StringComparison.Ordinal))];
        _server.On("status 3", cut);
        await using ManagementConnection connection = await OpenAsync();
        Task<StatusReply> status = connection.GetStatusAsync(cancellationToken: _cancel);
        await _server.HeardAsync("status 3", _cancel);
        await PassTimeUntilAsync(status);

        Assert.False((await status).IsComplete);
        Assert.Equal("alice", Assert.Single((await status).Clients).CommonName);
        Assert.Equal(4711, await connection.GetPidAsync(_cancel));
    }

    [Fact]
    public async Task A_slow_status_is_not_taken_for_one_that_is_cut_off()
    {
        string whole = _server.Status(FakeOpenVpnServer.ClientRow(1, "alice"), FakeOpenVpnServer.ClientRow(2, "bob"));
        int half = whole.IndexOf("CLIENT_LIST\tbob", StringComparison.Ordinal);
        _server.On("status 3", whole[..half]);
        string? fence = null;
        _server.On("signal", line =>
        {
            fence = line;
            return whole[half..] + $"ERROR: signal '{line[7..]}' is not a known signal type\r\n"; // the fence is answered after what was on its way
        });
        await using ManagementConnection connection = await OpenAsync();
        Task<StatusReply> status = connection.GetStatusAsync(cancellationToken: _cancel);
        await _server.HeardAsync("status 3", _cancel);
        await PassTimeUntilAsync(status);

        Assert.True((await status).IsComplete);
        Assert.Equal(2, (await status).Clients.Count);
        Assert.NotNull(fence);
    }

    [Fact]
    public async Task A_daemon_that_stays_silent_ends_the_connection_with_that_reason()
    {
        _server.On("pid", (string?)null);
        _server.On("signal", (string?)null);
        await using ManagementConnection connection = await OpenAsync();
        Task<int> pid = connection.GetPidAsync(_cancel);
        await _server.HeardAsync("pid", _cancel);
        _time.Advance(TimeSpan.FromSeconds(11));
        await _server.HeardAsync(_cancel);

        _time.Advance(TimeSpan.FromSeconds(31));

        await Assert.ThrowsAsync<ManagementTimeoutException>(() => pid);
        var closed = await Assert.ThrowsAsync<ManagementClosedException>(() => connection.Completion.WaitAsync(_cancel));
        Assert.Contains("answered nothing", closed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_gives_up_the_wait_and_not_the_place_in_line()
    {
        _server.On("pid", (string?)null);
        await using ManagementConnection connection = await OpenAsync();
        using var impatient = new CancellationTokenSource();
        Task<int> first = connection.GetPidAsync(impatient.Token);
        Task<int> second = connection.GetPidAsync(_cancel);
        await _server.HeardAsync("pid", _cancel);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        await _server.SayAsync("SUCCESS: pid=1\r\n", _cancel);
        await _server.HeardAsync("pid", _cancel);
        await _server.SayAsync("SUCCESS: pid=2\r\n", _cancel);

        Assert.Equal(2, await second);
    }

    [Theory]
    [InlineData("version 5", "", "")]
    [InlineData("version 5", "SUCCESS: Management client version set to 5\r\n", "Management client version set to 5")]
    [InlineData("test 2", "line number 0\r\nline number 1\r\n", "")]
    public async Task A_reply_without_an_end_of_its_own_ends_where_the_next_one_begins(string command, string reply, string text)
    {
        _server.On(command, reply);
        await using ManagementConnection connection = await OpenAsync();

        ManagementReply actual = await connection.SendRawAsync(command, _cancel);

        Assert.Equal(text, actual.Text);
        Assert.Equal(reply.Contains("line", StringComparison.Ordinal) ? 2 : 0, actual.Lines.Count);
        Assert.Equal(4711, await connection.GetPidAsync(_cancel));
    }

    [Fact]
    public async Task A_plain_line_before_the_verdict_belongs_to_the_reply()
    {
        _server.On("auth-retry bad", "auth-retry bad: unknown\r\nERROR: bad auth-retry parameter\r\n");
        await using ManagementConnection connection = await OpenAsync();

        ManagementReply reply = await connection.SendRawAsync("auth-retry bad", _cancel);

        Assert.True(reply.IsError);
        Assert.Equal("bad auth-retry parameter", reply.Text);
        Assert.Equal(["auth-retry bad: unknown"], reply.Lines);
    }

    [Fact]
    public async Task A_command_of_the_future_whose_reply_has_no_verdict_gives_what_came()
    {
        _server.On("from-the-future", "something\r\nelse\r\n");
        await using ManagementConnection connection = await OpenAsync();
        Task<ManagementReply> reply = connection.SendRawAsync("from-the-future", _cancel);
        await _server.HeardAsync("from-the-future", _cancel);
        await PassTimeUntilAsync(reply);

        Assert.Equal(["something", "else"], (await reply).Lines);
        Assert.False((await reply).IsComplete);
    }

    [Theory]
    [InlineData(">CLIENT:DISCONNECT,5")]
    [InlineData("SUCCESS: x")]
    [InlineData("ERROR: x")]
    [InlineData(">LOG:1,F,x")]
    [InlineData("WEEKEND")]
    public async Task In_status_1_a_name_that_looks_like_something_else_is_a_name(string name)
    {
        _server.On("status 1", $"OpenVPN CLIENT LIST\r\nUpdated,2026-11-20 22:41:57\r\nCommon Name,Real Address,Bytes Received,Bytes Sent,Connected Since\r\n{name},198.51.100.11:51728,1,2,2026-11-20 22:41:57\r\nROUTING TABLE\r\nVirtual Address,Common Name,Real Address,Last Ref\r\nGLOBAL STATS\r\nMax bcast/mcast queue length,0\r\nEND\r\n>HOLD:Waiting for hold release:1\r\n");
        await using ManagementConnection connection = await OpenAsync();

        StatusReply status = await connection.GetStatusAsync(StatusVersion.One, _cancel);
        ManagementReply raw = await connection.SendRawAsync("status 1", _cancel);

        Assert.Equal(name, Assert.Single(status.Clients).CommonName);
        Assert.Contains(raw.Lines, line => line.StartsWith(name + ",", StringComparison.Ordinal));
        Assert.IsType<ManagementEvent.Hold>(await connection.ReadEventsAsync(_cancel).FirstAsync(_cancel));
    }

    [Fact]
    public async Task A_block_goes_out_in_one_piece_with_its_end()
    {
        var heard = new List<string>();
        _server.On("client-auth", (string?)null);
        _server.On("push", line => { heard.Add(line); return null; });
        _server.On("END", "SUCCESS: client-auth command succeeded\r\n");
        await using ManagementConnection connection = await OpenAsync();

        string text = await connection.ApproveClientAsync(new ClientId(3), new KeyId(1), ["push \"route 192.0.2.0 255.255.255.0\""], _cancel);

        Assert.Equal("client-auth command succeeded", text);
        Assert.Equal(["push \"route 192.0.2.0 255.255.255.0\""], heard);
    }

    [Fact]
    public async Task A_block_that_is_refused_at_once_costs_the_next_command_nothing()
    {
        _server.On("pk-sig", "ERROR: The pk-sig command is not currently available\r\n");
        await using ManagementConnection connection = await OpenAsync();

        var error = await Assert.ThrowsAsync<ManagementCommandException>(() => connection.SendSignatureAsync(new byte[100], _cancel));

        Assert.Equal("The pk-sig command is not currently available", error.Message);
        Assert.Equal(4711, await connection.GetPidAsync(_cancel));
        Assert.Equal(0, connection.MalformedLines);
    }

    [Fact]
    public async Task A_reply_nobody_asked_for_is_counted_and_shown()
    {
        await using ManagementConnection connection = await OpenAsync();

        await _server.SayAsync("SUCCESS: pid=666\r\n", _cancel);
        ManagementEvent shown = await connection.ReadEventsAsync(_cancel).FirstAsync(_cancel);

        Assert.Equal("SUCCESS: pid=666", Assert.IsType<ManagementEvent.Malformed>(shown).Line);
        Assert.Equal(1, connection.MalformedLines);
        Assert.Equal(4711, await connection.GetPidAsync(_cancel));
    }

    [Fact]
    public async Task A_reply_beyond_the_limit_fails_and_is_skipped()
    {
        _server.On("help", string.Concat(Enumerable.Repeat("0123456789\r\n", 1000)) + "END\r\n");
        await using ManagementConnection connection = await OpenAsync(new ManagementConnectionOptions { MaxReplyBytes = 2000, TimeProvider = _time });

        await Assert.ThrowsAsync<ManagementProtocolException>(() => connection.GetHelpAsync(_cancel));

        Assert.Equal(4711, await connection.GetPidAsync(_cancel));
    }

    [Fact]
    public async Task A_reply_that_never_ends_does_not_wait_for_ever()
    {
        _server.On("help", string.Concat(Enumerable.Repeat("0123456789\r\n", 1000)));
        await using ManagementConnection connection = await OpenAsync(new ManagementConnectionOptions { MaxReplyBytes = 2000, TimeProvider = _time });

        await Assert.ThrowsAsync<ManagementProtocolException>(() => connection.GetHelpAsync(_cancel));

        Assert.Equal(4711, await connection.GetPidAsync(_cancel));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task<ManagementConnection> OpenAsync(ManagementConnectionOptions? options = null) =>
        ManagementConnection.OpenAsync(_server.Connect(), options ?? new ManagementConnectionOptions { TimeProvider = _time }, _cancel);

    /// <summary>Lets time pass in small steps: whatever is waited for happens after its time and not before the bytes have arrived.</summary>
    private async Task PassTimeUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _cancel.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
            await Task.WhenAny(task, Task.Delay(5, _cancel));
        }
    }
}
