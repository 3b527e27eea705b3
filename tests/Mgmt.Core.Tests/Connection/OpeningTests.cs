using System.Net.Sockets;
using System.Text;
using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Sockets;
using Tests.Shared;

namespace Mgmt.Core.Tests.Connection;

/// <summary>How a connection comes to its greeting, and each way in which it may not.</summary>
public sealed class OpeningTests : IAsyncDisposable
{
    private const string Greeting = ">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n";

    private readonly FakeOpenVpnServer _server = new();
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationToken _cancel = Limits.Token();

    [Fact]
    public async Task A_daemon_that_stays_silent_has_its_slot_taken()
    {
        _server.Greeting = null;
        Task<ManagementConnection> opening = OpenAsync(_server.Connect());

        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(opening.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        var error = await Assert.ThrowsAsync<SlotTakenException>(() => opening);
        Assert.Equal(OpenFailure.SlotTaken, error.Failure);
    }

    [Fact]
    public async Task Half_a_greeting_is_no_greeting()
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        await using Stream daemon = far;
        await daemon.WriteAsync(Encoding.ASCII.GetBytes(Greeting[..20]), _cancel);
        Task<ManagementConnection> opening = OpenAsync(near);

        _time.Advance(TimeSpan.FromSeconds(6));

        await Assert.ThrowsAsync<SlotTakenException>(() => opening);
    }

    [Fact]
    public async Task The_second_of_two_gets_its_greeting_when_the_first_leaves()
    {
        ManagementConnection first = await OpenAsync(_server.Connect());
        Task<ManagementConnection> waiting = OpenAsync(_server.Connect());

        Assert.False(waiting.IsCompleted);
        await first.CloseAsync(_cancel);

        await using ManagementConnection second = await waiting;
        Assert.Equal(5, second.InterfaceVersion);
    }

    [Fact]
    public async Task The_password_is_given_when_it_is_asked_for()
    {
        _server.Password = "lab \"secret\" ";
        await using ManagementConnection connection = await OpenAsync(_server.Connect(), "lab \"secret\" ");

        Assert.Equal(5, connection.InterfaceVersion);
    }

    [Fact]
    public async Task A_wrong_password_is_said_to_be_wrong_and_not_tried_again()
    {
        _server.Password = "right";

        var error = await Assert.ThrowsAsync<PasswordRejectedException>(() => OpenAsync(_server.Connect(), "wrong"));

        Assert.DoesNotContain("wrong", error.ToString().Replace(nameof(A_wrong_password_is_said_to_be_wrong_and_not_tried_again), "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_password_is_said_to_be_missing()
    {
        _server.Password = "right";

        await Assert.ThrowsAsync<PasswordRequiredException>(() => OpenAsync(_server.Connect()));
    }

    [Theory]
    [InlineData("right\nsignal SIGTERM", 1)]
    [InlineData("x", 1024)]
    public async Task A_password_that_would_be_two_lines_is_never_sent(string password, int times)
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        await using Stream daemon = far;
        await daemon.WriteAsync("ENTER PASSWORD:"u8.ToArray(), _cancel);

        await Assert.ThrowsAsync<PasswordRejectedException>(() => OpenAsync(near, string.Concat(Enumerable.Repeat(password, times))));

        Assert.Equal(0, await daemon.ReadAsync(new byte[100], _cancel)); // the end, and nothing before it
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n")]
    [InlineData("220 mail.example.net ESMTP\r\n")]
    [InlineData("\u0000\u0001\u0002\u0003")]
    [InlineData(">INFO:Something Else\r\n")]
    [InlineData(">INFO:OpenVPN Management Interface Version x -- \r\n")]
    [InlineData("SUCCESS: pid=1\r\n")]
    public async Task What_is_not_OpenVpn_is_known_at_once(string banner)
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        await using Stream other = far;
        await other.WriteAsync(Encoding.Latin1.GetBytes(banner), _cancel);

        await Assert.ThrowsAsync<NotOpenVpnException>(() => OpenAsync(near));
    }

    [Fact]
    public async Task A_greeting_that_never_ends_is_not_OpenVpn()
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        await using Stream other = far;
        Task<ManagementConnection> opening = OpenAsync(near);
        await other.WriteAsync(Encoding.ASCII.GetBytes(Greeting[..40]), _cancel);
        await other.WriteAsync(new byte[8192], _cancel);

        await Assert.ThrowsAsync<NotOpenVpnException>(() => opening);
    }

    [Fact]
    public async Task A_connection_closed_before_the_greeting_is_said_to_be_closed()
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        await far.DisposeAsync();

        await Assert.ThrowsAsync<ClosedWhileOpeningException>(() => OpenAsync(near));
    }

    [Theory]
    [InlineData("tcp://127.0.0.1:1")]
    [InlineData("unix:/nonexistent/openvpn.sock")]
    public async Task An_endpoint_where_nobody_listens_is_unreachable(string endpoint)
    {
        await Assert.ThrowsAsync<EndpointUnreachableException>(() => ManagementConnection.ConnectAsync(ManagementEndpoint.Parse(endpoint), cancellationToken: _cancel));
    }

    [Fact]
    public async Task A_missing_unix_socket_is_said_to_be_missing()
    {
        string path = Path.Combine(Path.GetTempPath(), $"mgmt-{Guid.NewGuid():N}.sock");

        var error = await Assert.ThrowsAsync<EndpointUnreachableException>(() => ManagementConnection.ConnectAsync(new ManagementEndpoint.Unix(path), cancellationToken: _cancel));

        Assert.Equal($"unix:{path} cannot be reached: there is no socket at {path}.", error.Message);
    }

    [Fact]
    public async Task A_unix_socket_that_a_dead_process_left_is_said_to_have_nobody_behind_it()
    {
        string path = Path.Combine(Path.GetTempPath(), $"mgmt-{Guid.NewGuid():N}.sock");
        using (var bound = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            bound.Bind(new UnixDomainSocketEndPoint(path)); // and does not listen

            var error = await Assert.ThrowsAsync<EndpointUnreachableException>(() => ManagementConnection.ConnectAsync(new ManagementEndpoint.Unix(path), cancellationToken: _cancel));

            Assert.Contains($"nobody listens at {path}", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Events_before_the_greeting_are_not_lost()
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        await using Stream daemon = far;
        await daemon.WriteAsync(Encoding.ASCII.GetBytes(">HOLD:Waiting for hold release:10\r\n" + Greeting + ">INFO:after\r\n"), _cancel);

        await using ManagementConnection connection = await OpenAsync(near);

        Assert.Equal(5, connection.InterfaceVersion);
        Assert.Equal(
            [new ManagementEvent.Hold("Waiting for hold release", TimeSpan.FromSeconds(10)), new ManagementEvent.Info("after")],
            await connection.ReadEventsAsync(_cancel).Take(2).ToArrayAsync(_cancel));
    }

    [Fact]
    public async Task A_stream_of_events_without_a_greeting_is_open_when_the_greeting_has_had_its_time()
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        await using Stream daemon = far;
        await daemon.WriteAsync(">STATE:1795214552,CONNECTED,SUCCESS,,,,,\r\n>LOG:17952"u8.ToArray(), _cancel);
        Task<ManagementConnection> opening = OpenAsync(near);
        Assert.False(opening.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(6));

        await using ManagementConnection connection = await opening;
        await daemon.WriteAsync("14552,I,x\r\n"u8.ToArray(), _cancel);

        Assert.Equal((0, ""), (connection.InterfaceVersion, connection.Greeting));
        ManagementEvent[] events = await connection.ReadEventsAsync(_cancel).Take(2).ToArrayAsync(_cancel);
        Assert.IsType<ManagementEvent.State>(events[0]);
        Assert.Equal("x", Assert.IsType<ManagementEvent.Log>(events[1]).Text);
    }

    [Fact]
    public async Task A_flood_of_events_before_the_greeting_is_not_kept_waiting_for_it()
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        await using Stream daemon = far;
        string line = ">LOG:1795214552,I," + new string('x', 9_000) + "\r\n";
        Task<ManagementConnection> opening = OpenAsync(near);
        await daemon.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, 10))), _cancel);

        await using ManagementConnection connection = await opening;

        Assert.Equal(10, (await connection.ReadEventsAsync(_cancel).Take(10).ToArrayAsync(_cancel)).Count(next => next is ManagementEvent.Log));
    }

    [Fact]
    public async Task Last_words_before_a_greeting_that_never_came_are_heard()
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        await far.WriteAsync(">FATAL:Error reading the configuration"u8.ToArray(), _cancel);
        await far.DisposeAsync();

        await using ManagementConnection connection = await OpenAsync(near);

        Assert.Equal(new ManagementEvent.Fatal("Error reading the configuration"), await connection.ReadEventsAsync(_cancel).FirstAsync(_cancel));
    }

    [Fact]
    public async Task A_stream_that_has_no_greeting_is_open_at_once_if_none_is_awaited()
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        await using Stream daemon = far;
        await using ManagementConnection connection = await ManagementConnection.OpenAsync(near, new ManagementConnectionOptions { AwaitGreeting = false }, _cancel);
        Task<int> pid = connection.GetPidAsync(_cancel);
        await daemon.WriteAsync(Encoding.ASCII.GetBytes(Greeting + "SUCCESS: pid=42\r\n"), _cancel);

        Assert.Equal(42, await pid);
        Assert.StartsWith("OpenVPN Management Interface", Assert.IsType<ManagementEvent.Info>(await connection.ReadEventsAsync(_cancel).FirstAsync(_cancel)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_right_after_the_greeting_is_not_lost()
    {
        _server.AfterGreeting = ">HOLD:Waiting for hold release:10\r\n";
        await using ManagementConnection connection = await OpenAsync(_server.Connect());

        ManagementEvent first = await connection.ReadEventsAsync(_cancel).FirstAsync(_cancel);

        Assert.Equal(new ManagementEvent.Hold("Waiting for hold release", TimeSpan.FromSeconds(10)), first);
    }

    [Fact]
    public async Task The_greeting_may_come_byte_by_byte()
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        await using Stream daemon = far;
        Task<ManagementConnection> opening = OpenAsync(near, "secret");
        foreach (byte value in Encoding.ASCII.GetBytes("ENTER PASSWORD:SUCCESS: password is correct\r\n" + Greeting))
            await daemon.WriteAsync(new[] { value }, _cancel);

        await using ManagementConnection connection = await opening;
        Assert.Equal(5, connection.InterfaceVersion);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task<ManagementConnection> OpenAsync(Stream transport, string? password = null) =>
        ManagementConnection.OpenAsync(
            transport,
            new ManagementConnectionOptions { TimeProvider = _time, Password = password is null ? null : _ => ValueTask.FromResult(password) },
            _cancel);
}
