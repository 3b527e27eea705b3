using System.Buffers;

namespace Mgmt.Core.Commands;

/// <summary>What a daemon says about its version.</summary>
/// <param name="OpenVpn">Its version text, such as <c>OpenVPN 2.6.14 x86_64-pc-linux-gnu [SSL (OpenSSL)] …</c>.</param>
/// <param name="ManagementVersion">The number of its management interface; does not tell 2.6.2 from 2.7.</param>
public sealed record VersionReply(string OpenVpn, int? ManagementVersion)
{
    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789.");

    /// <summary>The release, such as 2.6.14; for <c>2.8_git</c> 2.8. Null if the text has none.</summary>
    public Version? Release
    {
        get
        {
            // OpenVPN {2.6.14|2.8_git|2.6_rc1} …
            ReadOnlySpan<char> text = OpenVpn;
            const string prefix = "OpenVPN ";
            if (!text.StartsWith(prefix, StringComparison.Ordinal))
                return null;
            text = text[prefix.Length..];
            int end = text.IndexOfAnyExcept(s_digits);
            return Version.TryParse(end < 0 ? text : text[..end], out Version? release) ? release : null;
        }
    }
}
