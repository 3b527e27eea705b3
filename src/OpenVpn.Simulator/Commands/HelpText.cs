namespace OpenVpn.Simulator.Commands;

/// <summary>The reply to <c>help</c>.</summary>
internal static class HelpText
{
    // The first column: 6 or 7 for a line of 2.6 or 2.7 alone.
    private const string Text = """
         Commands:
         auth-retry t           : Auth failure retry mode (none,interact,nointeract).
         bytecount n            : Show bytes in/out, update every n secs (0=off).
         echo [on|off] [N|all]  : Like log, but only show messages in echo buffer.
         cr-response response   : Send a challenge response answer via CR_RESPONSE to server
         exit|quit              : Close management session.
         forget-passwords       : Forget passwords entered so far.
         help                   : Print this message.
         hold [on|off|release]  : Set/show hold flag to on/off state, or
                                  release current hold and start tunnel.
         kill cn                : Kill the client instance(s) having common name cn.
         kill IP:port           : Kill the client instance connecting from IP:port.
         load-stats             : Show global server load stats.
         log [on|off] [N|all]   : Turn on/off realtime log display
                                  + show last N lines or 'all' for entire history.
         mute [n]               : Set log mute level to n, or show level if n is absent.
         needok type action     : Enter confirmation for NEED-OK request of 'type',
                                  where action = 'ok' or 'cancel'.
         needstr type action    : Enter confirmation for NEED-STR request of 'type',
                                  where action is reply string.
         net                    : (Windows only) Show network info and routing table.
         password type p        : Enter password p for a queried OpenVPN password.
        7password type          : (version >=5) Enter password base64-encoded on
        7                         subsequent lines followed by END.
         remote type [host port] : Override remote directive, type=ACCEPT|MOD|SKIP.
         remote-entry-count     : Get number of available remote entries.
         remote-entry-get  i|all [j]: Get remote entry at index = i to to j-1 or all.
         proxy type [host port flags] : Enter dynamic proxy server info.
         pid                    : Show process ID of the current OpenVPN process.
        6pkcs11-id-count        : Get number of available PKCS#11 identities.
        6pkcs11-id-get index    : Get PKCS#11 identity at index.
         client-auth CID KID    : Authenticate client-id/key-id CID/KID (MULTILINE)
         client-auth-nt CID KID : Authenticate client-id/key-id CID/KID
         client-deny CID KID R [CR] : Deny auth client-id/key-id CID/KID with log reason
                                      text R and optional client reason text CR
         client-pending-auth CID KID MSG timeout : Instruct OpenVPN to send AUTH_PENDING and INFO_PRE msg
                                               to the client and wait for a final client-auth/client-deny
         client-kill CID [M]    : Kill client instance CID with message M (def=RESTART)
         env-filter [level]     : Set env-var filter level
         rsa-sig                : Enter a signature in response to >RSA_SIGN challenge
                                  Enter signature base64 on subsequent lines followed by END
         pk-sig                 : Enter a signature in response to >PK_SIGN challenge
                                  Enter signature base64 on subsequent lines followed by END
         certificate            : Enter a client certificate in response to >NEED-CERT challenge
                                  Enter certificate base64 on subsequent lines followed by END
         signal s               : Send signal s to daemon,
                                  s = SIGHUP|SIGTERM|SIGUSR1|SIGUSR2.
         state [on|off] [N|all] : Like log, but show state history.
         status [n]             : Show current daemon status info using format #n.
         test n                 : Produce n lines of output for testing/debugging.
         username type u        : Enter username u for a queried OpenVPN username.
         verb [n]               : Set log verbosity level to n, or show if n is absent.
         version [n]            : Set client's version to n or show current version of daemon.
        7push-update-broad options : Broadcast a message to update the specified options.
        7                            Ex. push-update-broad "route something, -dns"
        7push-update-cid CID options : Send an update message to the client identified by CID.
        """;

    public static IEnumerable<string> Lines(Dialect dialect) =>
    [
        "Management Interface for " + dialect.Title,
        .. Text.Split('\n').Where(line => line[0] is ' ' || line[0] == (dialect.Is27 ? '7' : '6')).Select(line => line[1..]),
        "END",
    ];
}
