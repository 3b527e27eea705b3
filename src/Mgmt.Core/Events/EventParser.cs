using System.Collections.Immutable;
using System.Globalization;

namespace Mgmt.Core.Events;

/// <summary>Reads one notification line. Pure: blocks are put together by <see cref="EventAssembler"/>.</summary>
internal static class EventParser
{
    /// <summary>The longest part of a malformed line that is kept.</summary>
    private const int MaxQuote = 200;

    /// <param name="line">The line without its leading <c>&gt;</c> and its line end.</param>
    public static ManagementEvent Parse(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return Malformed(line, "no colon");
        ReadOnlySpan<char> text = line.AsSpan(colon + 1);
        return line.AsSpan(0, colon) switch
        {
            "STATE" => (ManagementEvent?)ParseState(text) ?? Malformed(line, "not a state line"),
            "LOG" => (ManagementEvent?)ParseLog(text) ?? Malformed(line, "not a log line"),
            "ECHO" => (ManagementEvent?)ParseEcho(text) ?? Malformed(line, "not an echo line"),
            "BYTECOUNT_CLI" => (ManagementEvent?)ParseClientByteCount(text) ?? Malformed(line, "not a byte count"),
            "BYTECOUNT" => (ManagementEvent?)ParseByteCount(text) ?? Malformed(line, "not a byte count"),
            "HOLD" => ParseHold(text),
            "FATAL" => new ManagementEvent.Fatal(text.ToString()),
            "INFO" => new ManagementEvent.Info(text.ToString()),
            "INFOMSG" => new ManagementEvent.InfoMessage(text.ToString()),
            "NOTIFY" => (ManagementEvent?)ParseNotify(text) ?? Malformed(line, "not a notify line"),
            "CLIENT" => (ManagementEvent?)ParseClientAddress(text) ?? Malformed(line, "not a client line"),
            "PASSWORD" => ParsePassword(text) ?? Malformed("PASSWORD:", "not a password line"),
            "NEED-OK" => ParseNeed(text, "confirmation", static (type, message) => new ManagementEvent.NeedOk(type, message)) ?? Malformed(line, "not a question"),
            "NEED-STR" => ParseNeed(text, "string", static (type, message) => new ManagementEvent.NeedString(type, message)) ?? Malformed(line, "not a question"),
            "NEED-CERTIFICATE" => new ManagementEvent.NeedCertificate(text.ToString()),
            "RSA_SIGN" => new ManagementEvent.SignRequest(IsRsaSign: true, text.ToString(), ""),
            "PK_SIGN" => ParseSign(text),
            "REMOTE" => (ManagementEvent?)ParseRemote(text) ?? Malformed(line, "not a remote query"),
            "PROXY" => (ManagementEvent?)ParseProxy(text) ?? Malformed(line, "not a proxy query"),
            "PKCS11ID-COUNT" => TryNumber(text, out int count) ? new ManagementEvent.Pkcs11IdCount(count) : Malformed(line, "not a number"),
            "PKCS11ID-ENTRY" => (ManagementEvent?)ParsePkcs11Entry(text) ?? Malformed(line, "not a PKCS#11 entry"),
            var kind => new ManagementEvent.Unknown(kind.ToString(), text.ToString()),
        };
    }

    public static ManagementEvent.Malformed Malformed(string line, string reason) =>
        new(line.Length <= MaxQuote ? line : line[..MaxQuote], reason);

    // {TIME},{STATE},{DETAIL},{TUN4},{REMOTE},{RPORT},{LOCAL},{LPORT}[,{TUN6}]
    public static ManagementEvent.State? ParseState(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[10]; // the tenth takes whatever a newer daemon may append
        int count = text.Split(parts, ',');
        if (count < 8 || ParseTime(text[parts[0]]) is not { } time || text[parts[1]].IsEmpty)
            return null;
        return new ManagementEvent.State(
            time,
            StateNamed(text[parts[1]]),
            text[parts[1]].ToString(),
            text[parts[2]].ToString(),
            text[parts[3]].ToString(),
            text[parts[4]].ToString(),
            ParsePort(text[parts[5]]),
            text[parts[6]].ToString(),
            ParsePort(text[parts[7]]),
            count > 8 ? text[parts[8]].ToString() : "");
    }

    // {TIME},{FLAGS},{TEXT}
    public static ManagementEvent.Log? ParseLog(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[3];
        if (text.Split(parts, ',') < 3 || ParseTime(text[parts[0]]) is not { } time)
            return null;
        LogFlags flags = LogFlags.None;
        foreach (char letter in text[parts[1]])
        {
            flags |= letter switch
            {
                'I' => LogFlags.Info,
                'F' => LogFlags.Fatal,
                'N' => LogFlags.Error,
                'W' => LogFlags.Warning,
                'D' => LogFlags.Debug,
                _ => LogFlags.None, // a letter of a newer daemon
            };
        }

        return new ManagementEvent.Log(time, flags, text[parts[2]].ToString());
    }

    // {TIME},{TEXT}
    public static ManagementEvent.Echo? ParseEcho(ReadOnlySpan<char> text)
    {
        int comma = text.IndexOf(',');
        return comma > 0 && ParseTime(text[..comma]) is { } time ? new ManagementEvent.Echo(time, text[(comma + 1)..].ToString()) : null;
    }

    // CID or KID: digits only, 32 bits
    public static bool TryId(ReadOnlySpan<char> text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    // {CID},{BYTES_IN},{BYTES_OUT}: here only when the fast reader declined, so that one line, odd but valid, is not lost
    private static ManagementEvent.ByteCounts? ParseClientByteCount(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[4];
        return text.Split(parts, ',') >= 3
            && TryId(text[parts[0]], out uint client)
            && TryCounter(text[parts[1]], out ulong received)
            && TryCounter(text[parts[2]], out ulong sent)
                ? new ManagementEvent.ByteCounts(ImmutableArray.Create(new ByteCount(new ClientId(client), received, sent)))
                : null;
    }

    // {BYTES_IN},{BYTES_OUT}
    private static ManagementEvent.ProcessByteCount? ParseByteCount(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[3];
        return text.Split(parts, ',') >= 2 && TryCounter(text[parts[0]], out ulong received) && TryCounter(text[parts[1]], out ulong sent)
            ? new ManagementEvent.ProcessByteCount(received, sent)
            : null;
    }

    // Waiting for hold release:{N}
    private static ManagementEvent.Hold ParseHold(ReadOnlySpan<char> text)
    {
        int colon = text.LastIndexOf(':');
        return colon >= 0 && TryNumber(text[(colon + 1)..], out int seconds)
            ? new ManagementEvent.Hold(text[..colon].ToString(), TimeSpan.FromSeconds(seconds))
            : new ManagementEvent.Hold(text.ToString(), Wait: null);
    }

    // {SEVERITY},{WHAT},{TEXT}
    private static ManagementEvent.Notify? ParseNotify(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[3];
        int count = text.Split(parts, ',');
        return count < 2 ? null : new ManagementEvent.Notify(text[parts[0]].ToString(), text[parts[1]].ToString(), count > 2 ? text[parts[2]].ToString() : "");
    }

    // ADDRESS,{CID},{ADDR},{PRI}
    private static ManagementEvent.ClientAddress? ParseClientAddress(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[5];
        return text.Split(parts, ',') >= 4 && text[parts[0]] is "ADDRESS" && TryId(text[parts[1]], out uint client) && text[parts[3]] is "0" or "1"
            ? new ManagementEvent.ClientAddress(new ClientId(client), text[parts[2]].ToString(), text[parts[3]] is "1")
            : null;
    }

    // Need 'TYPE' username/password [SC:F,TEXT] | Verification Failed: 'TYPE' ['REASON'] | Auth-Token:TOKEN
    private static ManagementEvent? ParsePassword(ReadOnlySpan<char> text)
    {
        const string token = "Auth-Token:";
        const string failed = "Verification Failed: ";
        if (text.StartsWith(token, StringComparison.Ordinal))
            return new ManagementEvent.AuthToken(text[token.Length..].ToString());
        if (text.StartsWith(failed, StringComparison.Ordinal))
        {
            if (!TryQuotedType(text[failed.Length..], out string refused, out ReadOnlySpan<char> reason))
                return null;
            bool hasReason = reason.StartsWith("['", StringComparison.Ordinal) && reason.EndsWith("']", StringComparison.Ordinal) && reason.Length >= 4;
            return new ManagementEvent.PasswordRefused(refused, hasReason ? reason[2..^2].ToString() : null);
        }

        const string need = "Need ";
        if (!text.StartsWith(need, StringComparison.Ordinal) || !TryQuotedType(text[need.Length..], out string type, out ReadOnlySpan<char> wanted))
            return null;
        int blank = wanted.IndexOf(' ');
        ReadOnlySpan<char> what = blank < 0 ? wanted : wanted[..blank];
        StaticChallenge? challenge = blank < 0 ? null : ParseChallenge(wanted[(blank + 1)..]);
        return what switch
        {
            "username/password" => new ManagementEvent.PasswordNeeded(type, NeedsUsername: true, NeedsPassword: true, challenge),
            "username" => new ManagementEvent.PasswordNeeded(type, NeedsUsername: true, NeedsPassword: false, challenge),
            "password" => new ManagementEvent.PasswordNeeded(type, NeedsUsername: false, NeedsPassword: true, challenge),
            _ => null,
        };
    }

    // SC:{FLAGS},{TEXT}
    private static StaticChallenge? ParseChallenge(ReadOnlySpan<char> text)
    {
        int comma = text.IndexOf(',');
        return text.StartsWith("SC:", StringComparison.Ordinal) && comma > 3 && TryNumber(text[3..comma], out int flags)
            ? new StaticChallenge(text[(comma + 1)..].ToString(), Echo: (flags & 1) != 0, Concatenate: (flags & 2) != 0)
            : null;
    }

    // Need '{TYPE}' {WORD} MSG:{TEXT}
    private static ManagementEvent? ParseNeed(ReadOnlySpan<char> text, string word, Func<string, string, ManagementEvent> create)
    {
        const string need = "Need ";
        if (!text.StartsWith(need, StringComparison.Ordinal) || !TryQuotedType(text[need.Length..], out string type, out ReadOnlySpan<char> rest))
            return null;
        string prefix = word + " MSG:";
        return rest.StartsWith(prefix, StringComparison.Ordinal) ? create(type, rest[prefix.Length..].ToString()) : null;
    }

    // {BASE64}[,{ALGORITHM}]
    private static ManagementEvent.SignRequest ParseSign(ReadOnlySpan<char> text)
    {
        int comma = text.IndexOf(',');
        return comma < 0
            ? new ManagementEvent.SignRequest(IsRsaSign: false, text.ToString(), "")
            : new ManagementEvent.SignRequest(IsRsaSign: false, text[..comma].ToString(), text[(comma + 1)..].ToString());
    }

    // {HOST},{PORT},{PROTO}
    private static ManagementEvent.RemoteQuery? ParseRemote(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[4];
        return text.Split(parts, ',') >= 3 ? new ManagementEvent.RemoteQuery(text[parts[0]].ToString(), text[parts[1]].ToString(), text[parts[2]].ToString()) : null;
    }

    // {N},{TCP/UDP},{HOST}
    private static ManagementEvent.ProxyQuery? ParseProxy(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[4];
        return text.Split(parts, ',') >= 3 && TryNumber(text[parts[0]], out int remote)
            ? new ManagementEvent.ProxyQuery(remote, text[parts[1]].ToString(), text[parts[2]].ToString())
            : null;
    }

    // '{I}', ID:'{TEXT}', BLOB:'{BASE64}' | '{I}'
    private static ManagementEvent.Pkcs11IdEntry? ParsePkcs11Entry(ReadOnlySpan<char> text)
    {
        const string id = ", ID:'";
        const string blob = "', BLOB:'";
        int quote = text.Length < 3 ? -1 : text[1..].IndexOf('\'') + 1;
        if (quote < 2 || text[0] != '\'' || !TryNumber(text[1..quote], out int index))
            return null;
        ReadOnlySpan<char> rest = text[(quote + 1)..];
        if (rest.IsEmpty)
            return new ManagementEvent.Pkcs11IdEntry(index, Id: null, Certificate: null);
        int split = rest.LastIndexOf(blob, StringComparison.Ordinal);
        return rest.StartsWith(id, StringComparison.Ordinal) && split >= id.Length && rest[^1] == '\'' && split + blob.Length < rest.Length
            ? new ManagementEvent.Pkcs11IdEntry(index, rest[id.Length..split].ToString(), rest[(split + blob.Length)..^1].ToString())
            : null;
    }

    private static bool TryQuotedType(ReadOnlySpan<char> text, out string type, out ReadOnlySpan<char> rest)
    {
        int end = text.Length > 1 && text[0] == '\'' ? text[1..].IndexOf('\'') : -1;
        type = end < 0 ? "" : text.Slice(1, end).ToString();
        rest = end < 0 ? default : text[(end + 2)..].TrimStart(' ');
        return end >= 0;
    }

    private static DaemonState StateNamed(ReadOnlySpan<char> name) => name switch
    {
        "CONNECTING" => DaemonState.Connecting,
        "ASSIGN_IP" => DaemonState.AssignIp,
        "ADD_ROUTES" => DaemonState.AddRoutes,
        "CONNECTED" => DaemonState.Connected,
        "RECONNECTING" => DaemonState.Reconnecting,
        "EXITING" => DaemonState.Exiting,
        "RESOLVE" => DaemonState.Resolve,
        "TCP_CONNECT" => DaemonState.TcpConnect,
        "WAIT" => DaemonState.Wait,
        "AUTH" => DaemonState.Auth,
        "GET_CONFIG" => DaemonState.GetConfig,
        "AUTH_PENDING" => DaemonState.AuthPending,
        _ => DaemonState.Unknown,
    };

    private static DateTimeOffset? ParseTime(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? UnixTime.FromSeconds(seconds) : null;

    private static int? ParsePort(ReadOnlySpan<char> text) => TryNumber(text, out int port) && port <= 65535 ? port : null;

    private static bool TryNumber(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool TryCounter(ReadOnlySpan<char> text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
