using System.Text.RegularExpressions;

namespace Dashboard.Fleet;

/// <summary>Hides what must not be shown in text that a daemon wrote.</summary>
internal static partial class Secrets
{
    /// <summary>Puts <c>[hidden]</c> in the place of passwords, tokens and answers to challenges.</summary>
    public static string Mask(string text) => Secret().Replace(text, "${label}[hidden]");

    // A password or an answer may hold anything, so it goes on to the end of the line: >CLIENT:ENV,password=…   CRV1::…::…
    // AUTH_FAILED,CRV1:R,E:state:…   A token or what is in Base64 ends where the option does: >PASSWORD:Auth-Token:…
    // push 'auth-token …,ping 10'   SCRV1:…:…
    [GeneratedRegex(@"(?<label>\bpassword=|\bCRV1:)[^\r\n]+|(?<label>\bAuth-Token:|\bauth-token[ =]|\bSCRV1:)[ '""]*[^,'""\s]+", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();
}
