using System.Text;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;

namespace Mgmt.Core.Commands;

/// <summary>Questions that know how to be answered. Errors as in <see cref="GeneralCommands"/>.</summary>
public static class Answers
{
    /// <summary>Gives user name and password as far as they are wanted, with the answer to a static challenge put where it belongs.</summary>
    /// <param name="question">The question.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="username">The user name; ignored if none is wanted.</param>
    /// <param name="password">The password; ignored if none is wanted.</param>
    /// <param name="challengeAnswer">The answer to <see cref="ManagementEvent.PasswordNeeded.Challenge"/>.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>The daemon's last words.</returns>
    /// <exception cref="ArgumentException">Something that is wanted is missing.</exception>
    public static async Task<string> AnswerAsync(
        this ManagementEvent.PasswordNeeded question,
        ManagementConnection connection,
        string? username,
        string? password,
        string? challengeAnswer = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.NeedsUsername && username is null)
            throw new ArgumentException("A user name is wanted.", nameof(username));
        if (question.NeedsPassword && password is null)
            throw new ArgumentException("A password is wanted.", nameof(password));
        if (question.Challenge is not null && challengeAnswer is null)
            throw new ArgumentException("The challenge wants an answer.", nameof(challengeAnswer));
        string text = "";
        if (question.NeedsUsername)
            text = await connection.SendUsernameAsync(question.Type, username!, cancellationToken).ConfigureAwait(false);
        if (question.NeedsPassword)
            text = await connection.SendPasswordAsync(question.Type, PasswordFor(question.Challenge, password!, challengeAnswer), cancellationToken).ConfigureAwait(false);
        return text;
    }

    /// <summary>Answers the next question for credentials with what a dynamic challenge asked for.</summary>
    /// <param name="question">The question that follows the refusal.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="challenge">The challenge from the refusal.</param>
    /// <param name="answer">The user's answer; empty if none is wanted.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> AnswerAsync(this ManagementEvent.PasswordNeeded question, ManagementConnection connection, DynamicChallenge challenge, string answer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(challenge);
        return (question with { Challenge = null }).AnswerAsync(connection, challenge.Username, challenge.PasswordFor(answer), challengeAnswer: null, cancellationToken);
    }

    /// <summary>The dynamic challenge in a refusal, if it is one.</summary>
    /// <param name="refusal">The refusal.</param>
    public static DynamicChallenge? GetChallenge(this ManagementEvent.PasswordRefused refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return DynamicChallenge.TryParse(refusal.Reason, out DynamicChallenge? challenge) ? challenge : null;
    }

    /// <summary>What the server asks for during a pending authentication.</summary>
    /// <param name="message">The message.</param>
    public static PendingAuthRequest GetRequest(this ManagementEvent.InfoMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return PendingAuthRequest.Parse(message.Text);
    }

    /// <summary>The text of a response, decoded; null if it is not base64.</summary>
    /// <param name="response">The response.</param>
    public static string? GetText(this ManagementEvent.ClientCrResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        byte[] bytes = new byte[response.Response.Length];
        return Convert.TryFromBase64String(response.Response, bytes, out int length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    /// <summary>Confirms or refuses.</summary>
    /// <param name="question">The question.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="confirm">Yes or no.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> AnswerAsync(this ManagementEvent.NeedOk question, ManagementConnection connection, bool confirm, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        return connection.SendNeedOkAsync(question.Type, confirm, cancellationToken);
    }

    /// <summary>Gives the text.</summary>
    /// <param name="question">The question.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> AnswerAsync(this ManagementEvent.NeedString question, ManagementConnection connection, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        return connection.SendNeedStringAsync(question.Type, text, cancellationToken);
    }

    /// <summary>Gives the certificate.</summary>
    /// <param name="question">The question.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="pem">The certificate (and its chain) as PEM.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> AnswerAsync(this ManagementEvent.NeedCertificate question, ManagementConnection connection, string pem, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        return connection.SendCertificateAsync(pem, cancellationToken);
    }

    /// <summary>The bytes to sign.</summary>
    /// <param name="question">The question.</param>
    /// <exception cref="FormatException">The daemon did not send base64.</exception>
    public static byte[] GetData(this ManagementEvent.SignRequest question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return Convert.FromBase64String(question.Data);
    }

    /// <summary>Gives the signature, with the command that this question wants.</summary>
    /// <param name="question">The question.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="signature">The signature in the form of its algorithm.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> AnswerAsync(this ManagementEvent.SignRequest question, ManagementConnection connection, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        return question.IsRsaSign
            ? connection.SendRsaSignatureAsync(signature, cancellationToken)
            : connection.SendSignatureAsync(signature, cancellationToken);
    }

    /// <summary>Connect there.</summary>
    /// <param name="question">The question.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> AcceptAsync(this ManagementEvent.RemoteQuery question, ManagementConnection connection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        return connection.AcceptRemoteAsync(cancellationToken);
    }

    /// <summary>Try the next one.</summary>
    /// <param name="question">The question.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> SkipAsync(this ManagementEvent.RemoteQuery question, ManagementConnection connection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        return connection.SkipRemoteAsync(cancellationToken: cancellationToken);
    }

    /// <summary>Connect somewhere else.</summary>
    /// <param name="question">The question.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="host">Host name or address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> ChangeAsync(this ManagementEvent.RemoteQuery question, ManagementConnection connection, string host, int port, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        return connection.ChangeRemoteAsync(host, port, cancellationToken);
    }

    /// <summary>No proxy.</summary>
    /// <param name="question">The question.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> UseNoneAsync(this ManagementEvent.ProxyQuery question, ManagementConnection connection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        return connection.UseNoProxyAsync(cancellationToken);
    }

    /// <summary>An HTTP proxy. OpenVPN uses it for TCP remotes only.</summary>
    /// <param name="question">The question.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="host">Host name or address of the proxy.</param>
    /// <param name="port">Its port.</param>
    /// <param name="noClearText">Do not send a password in clear text.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> UseHttpAsync(this ManagementEvent.ProxyQuery question, ManagementConnection connection, string host, int port, bool noClearText = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        return connection.UseHttpProxyAsync(host, port, noClearText, cancellationToken);
    }

    /// <summary>A SOCKS proxy.</summary>
    /// <param name="question">The question.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="host">Host name or address of the proxy.</param>
    /// <param name="port">Its port.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<string> UseSocksAsync(this ManagementEvent.ProxyQuery question, ManagementConnection connection, string host, int port, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        return connection.UseSocksProxyAsync(host, port, cancellationToken);
    }

    // F&2: password and answer in one; else SCRV1:{BASE64 PASSWORD}:{BASE64 ANSWER}
    private static string PasswordFor(StaticChallenge? challenge, string password, string? answer) => challenge switch
    {
        null => password,
        { Concatenate: true } => password + answer,
        _ => $"SCRV1:{Convert.ToBase64String(Encoding.UTF8.GetBytes(password))}:{Convert.ToBase64String(Encoding.UTF8.GetBytes(answer!))}",
    };
}
