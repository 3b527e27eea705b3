using System.Text.RegularExpressions;

namespace Dashboard.Fleet;

/// <summary>Hides what must not be shown in text that a daemon wrote.</summary>
internal static partial class Secrets
{
    /// <summary>Puts <c>[hidden]</c> in the place of passwords, tokens and answers to challenges.</summary>
    public static string Mask(string text) => Secret().Replace(text, "${label}[hidden]");

    // >CLIENT:ENV,password=…   >PASSWORD:Auth-Token:…   push "auth-token …"   SCRV1:…:…   CRV1::…::…
    [GeneratedRegex(@"(?<label>\bpassword=|\bAuth-Token:|\bauth-token[ =]|\bS?CRV1:)[^,'""\s][^,'""]*", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();
}
