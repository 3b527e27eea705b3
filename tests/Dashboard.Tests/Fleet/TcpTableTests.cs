using Dashboard.Fleet;

using Mgmt.Core.Sockets;

namespace Dashboard.Tests.Fleet;

public sealed class TcpTableTests
{
    private const string Heading = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    // 127.0.0.1:7505 is 0100007F:1D51; the second of two connections waits in line: no inode at the daemon's end.
    private const string Table = Heading
        + "   0: 0100007F:1D51 00000000:0000 0A 00000000:00000001 00:00000000 00000000     0        0 100 1 0000000000000000 100 0 0 10 0\n"
        + "   1: 0100007F:1D51 0100007F:A001 01 00000000:00000000 00:00000000 00000000     0        0 101 1 0000000000000000 20 4 30 10 -1\n"
        + "   2: 0100007F:A001 0100007F:1D51 01 00000000:00000000 00:00000000 00000000  1000        0 555 1 0000000000000000 20 4 30 10 -1\n"
        + "   3: 0100007F:1D51 0100007F:A002 01 00000000:00000004 00:00000000 00000000     0        0 0 1 0000000000000000 20 4 30 10 -1\n"
        + "   4: 0100007F:A002 0100007F:1D51 01 00000000:00000000 00:00000000 00000000  1000        0 666 1 0000000000000000 20 4 30 10 -1\n"
        + "   5: 0100007F:A003 0100007F:1D51 06 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000 20 4 30 10 -1\n";

    // [::1]:7505 with one client
    private const string Table6 = Heading
        + "   0: 00000000000000000000000001000000:1D51 00000000000000000000000001000000:B001 01 00000000:00000000 00:00000000 00000000     0        0 201 1 0000000000000000 20 4 30 10 -1\n"
        + "   1: 00000000000000000000000001000000:B001 00000000000000000000000001000000:1D51 01 00000000:00000000 00:00000000 00000000     0        0 777 1 0000000000000000 20 4 30 10 -1\n";

    [Fact]
    public void The_connection_that_the_daemon_accepted_is_told_from_those_in_line() =>
        Assert.Equal([555], TcpTable.PeersOf(new ManagementEndpoint.Tcp("127.0.0.1", 7505), Table));

    [Fact]
    public void Both_families_are_looked_through() =>
        Assert.Equal([555, 777], TcpTable.PeersOf(new ManagementEndpoint.Tcp("localhost", 7505), Table, Table6));

    [Fact]
    public void Another_port_is_another_daemon() => Assert.Empty(TcpTable.PeersOf(new ManagementEndpoint.Tcp("127.0.0.1", 7506), Table, Table6));
}
