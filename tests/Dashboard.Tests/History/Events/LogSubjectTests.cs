using Dashboard.History.Events;

namespace Dashboard.Tests.History.Events;

public sealed class LogSubjectTests
{
    [Theory]
    [InlineData("alice/198.51.100.11:36604 MULTI: Learn: 10.8.0.2", "alice", "198.51.100.11:36604")]
    [InlineData("two words/198.51.100.11:36604 SIGTERM[soft,remote-exit] received", "two words", "198.51.100.11:36604")]
    [InlineData("198.51.100.11:36604 TLS: Initial packet", null, "198.51.100.11:36604")]
    [InlineData("alice/udp4:198.51.100.11:36604 MULTI", "alice", "udp4:198.51.100.11:36604")]
    [InlineData("alice/2001:db8::11 MULTI", "alice", "2001:db8::11")]
    [InlineData("Initialization Sequence Completed", null, null)]
    [InlineData("a/b/c/198.51.100.11:1 x", "a/b/c", "198.51.100.11:1")]
    [InlineData("", null, null)]
    public void The_prefix_tells_whom_a_line_is_about(string line, string? client, string? address) =>
        Assert.Equal(new LogSubject(client, address, IsFailedAttempt: false), LogSubject.Of(line));

    [Theory]
    [InlineData("198.51.100.11:36604 VERIFY ERROR: depth=0, error=certificate has expired: C=FR, CN=bob, serial=3", "bob", "198.51.100.11:36604")]
    [InlineData("198.51.100.11:36604 TLS Auth Error: Auth Username/Password verification failed for peer", null, "198.51.100.11:36604")]
    [InlineData("TLS Error: cannot locate HMAC in incoming packet from [AF_INET]192.0.2.9:4711", null, "192.0.2.9:4711")]
    [InlineData("TLS Error: incoming packet authentication failed from [AF_INET6]2001:db8::9:4711", null, "[2001:db8::9]:4711")]
    [InlineData("TLS Error: tls-crypt unwrapping failed from [AF_INET6]fe80::9%eth0:4711 (via ::1%lo)", null, "[fe80::9%eth0]:4711")]
    [InlineData("198.51.100.11:36604 TLS Error: TLS key negotiation failed to occur within 60 seconds (check your network connectivity)", null, "198.51.100.11:36604")]
    public void Somebody_who_was_not_let_in_is_a_failed_attempt(string line, string? client, string? address) =>
        Assert.Equal(new LogSubject(client, address, IsFailedAttempt: true), LogSubject.Of(line));

    [Theory]
    [InlineData("198.51.100.11:36604 peer info: IV_GUI_VER=VERIFY ERROR: CN=root")]
    [InlineData("198.51.100.11:36604 TLS Error: TLS handshake failed")] // follows the line that says why
    [InlineData("alice/198.51.100.11:36604 Note: VERIFY ERROR is what I am not")]
    public void Nobody_can_make_one_up(string line) => Assert.False(LogSubject.Of(line).IsFailedAttempt);

    [Fact]
    public void A_line_that_is_made_to_be_slow_is_given_up_on() =>
        Assert.False(LogSubject.Of(string.Concat(Enumerable.Repeat("1.1.1.1:1/", 20_000))).IsFailedAttempt);
}
