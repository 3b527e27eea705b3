using System.Collections.Immutable;

namespace Mgmt.Core.Events;

/// <summary>One real-time notification: a line, or a block of lines, that starts with <c>&gt;</c>.</summary>
public abstract record ManagementEvent
{
    private ManagementEvent()
    {
        // closed: every case is nested below
    }

    /// <summary><c>&gt;STATE</c>, and a line of a <c>state</c> reply.</summary>
    /// <param name="Time">When it happened.</param>
    /// <param name="Kind">The state, if known.</param>
    /// <param name="Name">The state's name on the wire.</param>
    /// <param name="Detail">SUCCESS, ERROR, ROUTE_ERROR, or the reason of a restart: show, do not switch on it.</param>
    /// <param name="TunnelAddress">IPv4 address of the tunnel, or empty.</param>
    /// <param name="RemoteAddress">Address of the peer, or empty.</param>
    /// <param name="RemotePort">Port of the peer.</param>
    /// <param name="LocalAddress">Own address, or empty.</param>
    /// <param name="LocalPort">Own port.</param>
    /// <param name="TunnelAddress6">IPv6 address of the tunnel, or empty.</param>
    public sealed record State(
        DateTimeOffset Time,
        DaemonState Kind,
        string Name,
        string Detail,
        string TunnelAddress,
        string RemoteAddress,
        int? RemotePort,
        string LocalAddress,
        int? LocalPort,
        string TunnelAddress6) : ManagementEvent;

    /// <summary><c>&gt;LOG</c>, and a line of a <c>log</c> reply. The text may contain anything.</summary>
    /// <param name="Time">When it was written.</param>
    /// <param name="Flags">What kind of line.</param>
    /// <param name="Text">The line.</param>
    public sealed record Log(DateTimeOffset Time, LogFlags Flags, string Text) : ManagementEvent;

    /// <summary><c>&gt;ECHO</c>, and a line of an <c>echo</c> reply.</summary>
    /// <param name="Time">When it was received by the daemon.</param>
    /// <param name="Text">Everything after the first comma.</param>
    public sealed record Echo(DateTimeOffset Time, string Text) : ManagementEvent;

    /// <summary><c>&gt;HOLD</c>: the daemon waits for <c>hold release</c>.</summary>
    /// <param name="Text">The daemon's words.</param>
    /// <param name="Wait">How long it would have waited by itself.</param>
    public sealed record Hold(string Text, TimeSpan? Wait) : ManagementEvent;

    /// <summary><c>&gt;FATAL</c>: the process ends next.</summary>
    /// <param name="Text">Why.</param>
    public sealed record Fatal(string Text) : ManagementEvent;

    /// <summary><c>&gt;INFO</c>; the greeting itself is not delivered.</summary>
    /// <param name="Text">The daemon's words.</param>
    public sealed record Info(string Text) : ManagementEvent;

    /// <summary><c>&gt;NOTIFY</c>.</summary>
    /// <param name="Severity">Usually <c>info</c>.</param>
    /// <param name="What">Such as <c>remote-exit</c> or <c>server-pushed-halt</c>.</param>
    /// <param name="Text">Text from the other side.</param>
    public sealed record Notify(string Severity, string What, string Text) : ManagementEvent;

    /// <summary><c>&gt;INFOMSG</c>: the server's word during a pending authentication.</summary>
    /// <param name="Text">Such as <c>WEB_AUTH::https://…</c>.</param>
    public sealed record InfoMessage(string Text) : ManagementEvent;

    /// <summary><c>&gt;BYTECOUNT_CLI</c> of a server, gathered since the last batch; at most one for each client: the latest.</summary>
    /// <param name="Counts">One for each client that was heard of.</param>
    public sealed record ByteCounts(ImmutableArray<ByteCount> Counts) : ManagementEvent;

    /// <summary><c>&gt;BYTECOUNT</c> of a client: totals of the process, kept over reconnects.</summary>
    /// <param name="Received">Bytes received through the tunnel's transport.</param>
    /// <param name="Sent">Bytes sent.</param>
    public sealed record ProcessByteCount(ulong Received, ulong Sent) : ManagementEvent;

    /// <summary><c>&gt;CLIENT:CONNECT</c>: decide now. Only with management-client-auth, and never repeated.</summary>
    /// <param name="Client">CID.</param>
    /// <param name="Key">KID for the answer.</param>
    /// <param name="Environment">Who it is.</param>
    public sealed record ClientConnect(ClientId Client, KeyId Key, ClientEnvironment Environment) : ManagementEvent;

    /// <summary><c>&gt;CLIENT:REAUTH</c>: same session, new key; decide again.</summary>
    /// <param name="Client">CID.</param>
    /// <param name="Key">KID for the answer.</param>
    /// <param name="Environment">Who it is.</param>
    public sealed record ClientReauth(ClientId Client, KeyId Key, ClientEnvironment Environment) : ManagementEvent;

    /// <summary><c>&gt;CLIENT:ESTABLISHED</c>: the tunnel is up.</summary>
    /// <param name="Client">CID.</param>
    /// <param name="Environment">Who it is.</param>
    public sealed record ClientEstablished(ClientId Client, ClientEnvironment Environment) : ManagementEvent;

    /// <summary><c>&gt;CLIENT:DISCONNECT</c>: the session is over; duration and totals are in the environment.</summary>
    /// <param name="Client">CID.</param>
    /// <param name="Environment">Who it was; may be empty.</param>
    public sealed record ClientDisconnect(ClientId Client, ClientEnvironment Environment) : ManagementEvent;

    /// <summary><c>&gt;CLIENT:ADDRESS</c>: an address or network now leads to this client.</summary>
    /// <param name="Client">CID.</param>
    /// <param name="Address">Address, or network as <c>192.0.2.0/255.255.255.0</c> or <c>2001:db8::/48</c>.</param>
    /// <param name="IsPrimary">Own address rather than a network behind the client.</param>
    public sealed record ClientAddress(ClientId Client, string Address, bool IsPrimary) : ManagementEvent;

    /// <summary><c>&gt;CLIENT:CR_RESPONSE</c>: a client's answer to a challenge.</summary>
    /// <param name="Client">CID.</param>
    /// <param name="Key">KID for the decision.</param>
    /// <param name="Response">As the client sent it (base64 by convention), unchecked.</param>
    /// <param name="Environment">Who it is.</param>
    public sealed record ClientCrResponse(ClientId Client, KeyId Key, string Response, ClientEnvironment Environment) : ManagementEvent
    {
        /// <summary>Leaves the response out: it may be a one-time password.</summary>
        public override string ToString() => $"{nameof(ClientCrResponse)} {{ Client = {Client}, Key = {Key} }}";
    }

    /// <summary><c>&gt;PASSWORD:Need</c>: the daemon waits for credentials.</summary>
    /// <param name="Type">What for: <c>Auth</c>, <c>Private Key</c>, <c>HTTP Proxy</c>, …</param>
    /// <param name="NeedsUsername">A user name is wanted.</param>
    /// <param name="NeedsPassword">A password is wanted.</param>
    /// <param name="Challenge">A question to ask along with them.</param>
    public sealed record PasswordNeeded(string Type, bool NeedsUsername, bool NeedsPassword, StaticChallenge? Challenge) : ManagementEvent;

    /// <summary><c>&gt;PASSWORD:Verification Failed</c>.</summary>
    /// <param name="Type">What failed.</param>
    /// <param name="Reason">The server's reason, or a dynamic challenge (<c>CRV1:…</c>).</param>
    public sealed record PasswordRefused(string Type, string? Reason) : ManagementEvent;

    /// <summary><c>&gt;PASSWORD:Auth-Token</c>: a secret that stands for the password from now on.</summary>
    /// <param name="Token">The secret: never log, store or show it.</param>
    public sealed record AuthToken(string Token) : ManagementEvent
    {
        /// <summary>Leaves the token out.</summary>
        public override string ToString() => nameof(AuthToken);
    }

    /// <summary><c>&gt;NEED-OK</c>: something must be confirmed.</summary>
    /// <param name="Type">Such as <c>token-insertion-request</c>.</param>
    /// <param name="Message">What to ask.</param>
    public sealed record NeedOk(string Type, string Message) : ManagementEvent;

    /// <summary><c>&gt;NEED-STR</c>: a text is wanted.</summary>
    /// <param name="Type">Such as <c>pkcs11-id-request</c>.</param>
    /// <param name="Message">What to ask.</param>
    public sealed record NeedString(string Type, string Message) : ManagementEvent;

    /// <summary><c>&gt;NEED-CERTIFICATE</c>: a certificate is wanted.</summary>
    /// <param name="Hint">Which one.</param>
    public sealed record NeedCertificate(string Hint) : ManagementEvent;

    /// <summary><c>&gt;RSA_SIGN</c> or <c>&gt;PK_SIGN</c>: something must be signed with the key that is kept outside.</summary>
    /// <param name="IsRsaSign">The old form, answered with <c>rsa-sig</c>.</param>
    /// <param name="Data">What to sign, base64.</param>
    /// <param name="Algorithm">Such as <c>RSA_PKCS1_PSS_PADDING,hashalg=SHA256,…</c>, or empty.</param>
    public sealed record SignRequest(bool IsRsaSign, string Data, string Algorithm) : ManagementEvent;

    /// <summary><c>&gt;REMOTE</c>: may the client connect there?</summary>
    /// <param name="Host">Host of the remote line.</param>
    /// <param name="Port">Its port, a number or service name.</param>
    /// <param name="Protocol">Such as <c>udp</c> or <c>tcp-client</c>.</param>
    public sealed record RemoteQuery(string Host, string Port, string Protocol) : ManagementEvent;

    /// <summary><c>&gt;PROXY</c>: through which proxy?</summary>
    /// <param name="Remote">The remote's number, from 1.</param>
    /// <param name="Protocol">TCP or UDP.</param>
    /// <param name="Host">Host of the remote line.</param>
    public sealed record ProxyQuery(int Remote, string Protocol, string Host) : ManagementEvent;

    /// <summary><c>&gt;UPDOWN</c>: what the up or down script would have been told.</summary>
    /// <param name="IsUp">UP rather than DOWN.</param>
    /// <param name="Environment">The script's environment.</param>
    public sealed record UpDown(bool IsUp, ClientEnvironment Environment) : ManagementEvent;

    /// <summary><c>&gt;PKCS11ID-COUNT</c>: in fact the reply to a command.</summary>
    /// <param name="Count">Identities on the tokens.</param>
    public sealed record Pkcs11IdCount(int Count) : ManagementEvent;

    /// <summary><c>&gt;PKCS11ID-ENTRY</c>: in fact the reply to a command.</summary>
    /// <param name="Index">Which one.</param>
    /// <param name="Id">Its id, if there is such an identity.</param>
    /// <param name="Certificate">Its certificate, base64.</param>
    public sealed record Pkcs11IdEntry(int Index, string? Id, string? Certificate) : ManagementEvent;

    /// <summary>The reply to a status that was asked for in order: see <c>RequestStatusReportAsync</c>.</summary>
    /// <param name="Reply">The list of clients.</param>
    public sealed record StatusReport(Status.StatusReply Reply) : ManagementEvent;

    /// <summary>A kind this version does not know: delivered, so a newer daemon costs a feature and not the connection.</summary>
    /// <param name="Kind">The word before the colon.</param>
    /// <param name="Text">Everything after it.</param>
    public sealed record Unknown(string Kind, string Text) : ManagementEvent;

    /// <summary>A line that breaks its own grammar, or a reply that nobody asked for.</summary>
    /// <param name="Line">The beginning of the line; secrets are left out.</param>
    /// <param name="Reason">What is wrong with it.</param>
    public sealed record Malformed(string Line, string Reason) : ManagementEvent;

    /// <summary>
    /// The connection was lost: always the last event, followed by the <see cref="Connection.ManagementClosedException"/> that says the same.
    /// Does not come where we ended the connection ourselves.
    /// </summary>
    /// <param name="Reason">Why, in words for a person. What the daemon itself said of it came before, as <see cref="Fatal"/>.</param>
    public sealed record Closed(string Reason) : ManagementEvent;

    /// <summary>The consumer was too slow here: this many events are missing. Read <c>status</c> and <c>state</c> again.</summary>
    /// <param name="Count">How many.</param>
    public sealed record EventsDropped(long Count) : ManagementEvent;
}
