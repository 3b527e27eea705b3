using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Mgmt.Core.Commands;

/// <summary>A question that a server asks by refusing the first attempt (<c>CRV1:FLAGS:STATE:BASE64-USER:TEXT</c>). Needs auth-retry interact.</summary>
/// <param name="State">Names the question; goes back with the answer.</param>
/// <param name="Username">The user name to answer with.</param>
/// <param name="Text">The question; text from the server.</param>
/// <param name="NeedsResponse">Whether an answer is wanted.</param>
/// <param name="Echo">Whether the answer may be shown while it is typed.</param>
public sealed record DynamicChallenge(string State, string Username, string Text, bool NeedsResponse, bool Echo)
{
    /// <summary>Reads the reason of a refusal.</summary>
    /// <param name="reason">See <see cref="Events.ManagementEvent.PasswordRefused"/>.</param>
    /// <param name="challenge">The challenge.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string? reason, [NotNullWhen(true)] out DynamicChallenge? challenge)
    {
        challenge = null;
        string[] parts = reason?.Split(':', 5) ?? [];
        if (parts is not ["CRV1", var flags, var state, var user, var text])
            return false;
        byte[] name = new byte[user.Length];
        if (!Convert.TryFromBase64String(user, name, out int length))
            return false;
        string[] set = flags.Split(',');
        challenge = new DynamicChallenge(state, Encoding.UTF8.GetString(name, 0, length), text, set.Contains("R", StringComparer.Ordinal), set.Contains("E", StringComparer.Ordinal));
        return true;
    }

    /// <summary>What to send as the password: <c>CRV1::STATE::ANSWER</c>.</summary>
    /// <param name="answer">The user's answer.</param>
    public string PasswordFor(string answer) => $"CRV1::{State}::{answer}";
}
