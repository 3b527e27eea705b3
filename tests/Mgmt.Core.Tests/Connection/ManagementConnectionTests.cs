using System.Text;
using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Sockets;
using Mgmt.Core.Status;
using Tests.Shared;

namespace Mgmt.Core.Tests.Connection;

public sealed class ManagementConnectionTests : IAsyncDisposable
{
    private readonly FakeOpenVpnServer _server = new();
    private readonly CancellationToken _cancel = Limits.Token();

    [Fact]
    public async Task The_greeting_gives_the_interface_version()
    {
        await using ManagementConnection connection = await OpenAsync();

        Assert.Equal(5, connection.InterfaceVersion);
        Assert.Equal("OpenVPN Management Interface Version 5 -- type 'help' for more info", connection.Greeting);
    }

    [Fact]
    public async Task A_connection_over_tcp_answers()
    {
        System.Net.IPEndPoint address = _server.ListenTcp();
        await using ManagementConnection connection = await ManagementConnection.ConnectAsync(ManagementEndpoint.Parse($"tcp://{address}"), cancellationToken: _cancel);

        Assert.Equal(4711, await connection.GetPidAsync(_cancel));
    }

    [Theory]
    [InlineData(">BYTECOUNT_CLI:7,10,20\r\nSUCCESS: pid=1\r\n")]
    [InlineData(">FROM_THE_FUTURE:x\r\nSUCCESS: pid=1\r\n")]
    [InlineData(">CLIENT:DISCONNECT,3\r\n>CLIENT:ENV,a=SUCCESS: x\r\n>CLIENT:ENV,END\r\nSUCCESS: pid=1\r\n")]
    public async Task An_event_between_a_command_and_its_reply_is_not_taken_for_the_reply(string wire)
    {
        _server.On("pid", (string?)null);
        await using ManagementConnection connection = await OpenAsync();

        Task<int> pid = connection.GetPidAsync(_cancel);
        await _server.HeardAsync("pid", _cancel);
        foreach (byte value in Encoding.UTF8.GetBytes(wire))
            await _server.SayAsync(new[] { value }, _cancel);

        Assert.Equal(1, await pid);
    }

    [Fact]
    public async Task A_status_reply_is_read_by_its_header()
    {
        _server.On("status 3", _server.Status(FakeOpenVpnServer.ClientRow(7, "alice", 10, 20)));
        await using ManagementConnection connection = await OpenAsync();

        StatusReply status = await connection.GetStatusAsync(cancellationToken: _cancel);

        StatusClient client = Assert.Single(status.Clients);
        Assert.Equal((new ClientId(7), "alice", 10ul, 20ul), (client.Id!.Value, client.CommonName, client.BytesReceived, client.BytesSent));
        Assert.False(status.GlobalStatistics.DcoEnabled);
    }

    [Fact]
    public async Task Closing_says_exit_and_ends_the_events()
    {
        await using ManagementConnection connection = await OpenAsync();
        Task<List<ManagementEvent>> events = connection.ReadEventsAsync(_cancel).ToListAsync(_cancel).AsTask();

        await connection.CloseAsync(_cancel);

        Assert.Empty(await events);
        Assert.Equal("exit", await _server.HeardAsync(_cancel));
        await connection.Completion;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task<ManagementConnection> OpenAsync(ManagementConnectionOptions? options = null) =>
        ManagementConnection.OpenAsync(_server.Connect(), options, _cancel);
}
