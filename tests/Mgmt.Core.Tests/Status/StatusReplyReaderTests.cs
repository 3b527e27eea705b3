using System.Net;
using System.Text;
using Mgmt.Core.Status;

namespace Mgmt.Core.Tests.Status;

public sealed class StatusReplyReaderTests
{
    private const string Header = "HEADER,CLIENT_LIST,Common Name,Real Address,Virtual Address,Virtual IPv6 Address,Bytes Received,Bytes Sent,Connected Since,Connected Since (time_t),Username,Client ID,Peer ID,Data Channel Cipher";

    [Theory]
    [InlineData("a,b", "user")]
    [InlineData("alice", "u,s,e,r")]
    [InlineData("a,b,c", "u,s")]
    [InlineData(",", ",")]
    [InlineData("END", "END")]
    [InlineData("SUCCESS: x", ">LOG:1,F,x")]
    public void Commas_in_names_of_version_2_are_given_to_the_right_names(string commonName, string username)
    {
        StatusReply status = Read("TITLE,OpenVPN 2.6.14", Header, $"CLIENT_LIST,{commonName},198.51.100.11:5,10.8.0.2,,1,2,2026-11-20 22:41:57,1795214517,{username},7,3,AES-256-GCM");

        StatusClient client = Assert.Single(status.Clients);
        Assert.Equal((commonName, username, new ClientId(7)), (client.CommonName, client.Username, client.Id!.Value));
        Assert.Empty(status.MalformedRows);
    }

    [Fact]
    public void A_name_that_can_be_read_in_two_ways_is_a_malformed_row_and_not_a_guess()
    {
        // The row again inside of the common name: where the name ends cannot be known.
        const string inner = "198.51.100.11:5,10.8.0.2,,1,2,2026-11-20 22:41:57,1795214517,u";
        StatusReply status = Read("TITLE,OpenVPN 2.6.14", Header, $"CLIENT_LIST,x,{inner},{inner},7,3,AES-256-GCM", "CLIENT_LIST,bob,198.51.100.12:5,10.8.0.3,,1,2,2026-11-20 22:41:57,1795214517,UNDEF,8,4,AES-256-GCM");

        Assert.Equal("bob", Assert.Single(status.Clients).CommonName);
        Assert.Contains("several ways", Assert.Single(status.MalformedRows).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_row_costs_itself_and_not_the_reply()
    {
        StatusReply status = Read(
            "TITLE\tOpenVPN 2.6.14",
            Header.Replace(',', '\t'),
            "CLIENT_LIST\talice\t198.51.100.11:5\t\t\tx\t2\t\t1795214517\tUNDEF\t7\t3\tAES",
            "CLIENT_LIST\tshort",
            "CLIENT_LIST\tbob\t198.51.100.11:5\t\t\t1\t2\t\t1795214517\tUNDEF\t4294967296\t3\tAES",
            "CLIENT_LIST\tcarol\t198.51.100.11:5\t\t\t18446744073709551616\t2\t\t1795214517\tUNDEF\t1\t3\tAES",
            "CLIENT_LIST\tdave\t198.51.100.11:5\t\t\t1\t2\t\t1795214517\tUNDEF\t1\t-1\tAES",
            "SOMETHING\tnew");

        Assert.Equal("dave", Assert.Single(status.Clients).CommonName);
        Assert.Equal(5, status.MalformedRows.Count);
        Assert.Equal([new ClientId(7), null, null, new ClientId(1), null], status.MalformedRows.Select(row => row.Client));
    }

    [Fact]
    public void Columns_are_found_by_their_names_wherever_they_stand()
    {
        StatusReply status = Read(
            "TITLE\tOpenVPN 3.0",
            "HEADER\tCLIENT_LIST\tClient ID\tNew Column\tBytes Sent\tBytes Received\tReal Address\tCommon Name",
            "CLIENT_LIST\t5\tx\t2\t1\tudp4:198.51.100.11:5\talice");

        StatusClient client = Assert.Single(status.Clients);
        Assert.Equal((new ClientId(5), "alice", 1ul, 2ul), (client.Id!.Value, client.CommonName, client.BytesReceived, client.BytesSent));
        Assert.Null(client.Cipher);
    }

    [Fact]
    public void A_row_without_its_header_is_malformed() =>
        Assert.Single(Read("TITLE\tOpenVPN 2.6.14", "CLIENT_LIST\talice\t198.51.100.11:5").MalformedRows);

    [Fact]
    public void A_name_of_64_multibyte_characters_is_kept_whole()
    {
        string name = string.Concat(Enumerable.Repeat("é日", 32));
        StatusReply status = Read("TITLE\tOpenVPN 2.6.14", Header.Replace(',', '\t'), $"CLIENT_LIST\t{name}\t2001:db8::1\t\t\t1\t2\t\t1795214517\tUNDEF\t1\t0\tAES");

        Assert.Equal(name, Assert.Single(status.Clients).CommonName);
    }

    [Theory]
    [InlineData("198.51.100.11:39142", null, "198.51.100.11", 39142)]
    [InlineData("2001:db8:77::b", null, "2001:db8:77::b", null)]
    [InlineData("udp4:198.51.100.11:34578", "udp4", "198.51.100.11", 34578)]
    [InlineData("udp6:[2001:db8:77::d]:59268", "udp6", "2001:db8:77::d", 59268)]
    [InlineData("udp6:198.51.100.12:59576", "udp6", "198.51.100.12", 59576)]
    [InlineData("tcp4-server:198.51.100.12:1", "tcp4-server", "198.51.100.12", 1)]
    [InlineData("tcp6-server:[2001:db8:77::d]:1", "tcp6-server", "2001:db8:77::d", 1)]
    [InlineData("UNDEF", null, null, null)]
    [InlineData("", null, null, null)]
    [InlineData("1:2", null, null, null)]
    [InlineData("198.51.100.11:99999", null, null, null)]
    [InlineData("udp4:", null, null, null)]
    public void A_real_address_is_read_in_every_form_it_has_had(string text, string? protocol, string? address, int? port)
    {
        var real = new RealAddress(text);

        Assert.Equal((protocol, address, port, text), (real.Protocol, real.Address?.ToString(), real.Port, real.Text));
        Assert.Equal(address is null || port is null ? null : new IPEndPoint(IPAddress.Parse(address), port.Value), real.EndPoint);
    }

    [Theory]
    [InlineData("192.0.2.7C", true, "192.0.2.7")]
    [InlineData("2001:db8:99::7C", true, "2001:db8:99::7")]
    [InlineData("192.0.2.0/24", false, "192.0.2.0/24")]
    [InlineData("92:2d:05:06:ef:47@0", false, "92:2d:05:06:ef:47@0")]
    public void A_cached_route_is_told_from_a_configured_one(string address, bool isCached, string plain)
    {
        var route = new StatusRoute(address, "alice", default, null, null);

        Assert.Equal((isCached, plain), (route.IsCached, route.Address));
    }

    private static StatusReply Read(params string[] lines)
    {
        var reader = new StatusReplyReader(int.MaxValue);
        foreach (string line in lines)
            Assert.False(reader.Read(Encoding.UTF8.GetBytes(line)));
        Assert.True(reader.Read("END"u8));
        return reader.Finish(complete: true);
    }
}
