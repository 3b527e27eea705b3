using Dashboard.Fleet.Questions;

using Mgmt.Core.Commands;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;

namespace Dashboard.Fleet.Operations;

/// <summary>Answers what a daemon asks, if it still asks it.</summary>
internal static class QuestionOperations
{
    public static async Task<OperationResult> AnswerAsync(this IServerTurn turn, Guid question, QuestionAnswer answer, CancellationToken cancellationToken)
    {
        if (turn.Questions.Find(question) is not { } open)
            return new OperationResult(OperationOutcome.Stale, "OpenVPN does not ask this any more, or asks it anew. Nothing was sent.");
        if (WhyNot(open, answer) is { } why)
            return new OperationResult(OperationOutcome.Refused, why + " Nothing was sent.");
        string reply = await SendAsync(turn.Connection, open, answer, cancellationToken);
        turn.Questions.Answered(open, answer.Remember ? new Credentials(answer.Username, answer.Password) : null);
        return new OperationResult(OperationOutcome.Done, reply);
    }

    /// <summary>Gives what was remembered, wherever it is asked for.</summary>
    public static async Task AnswerKnownAsync(this IServerTurn turn, CancellationToken cancellationToken)
    {
        foreach ((OpenQuestion open, Credentials known) in turn.Questions.Known().ToArray())
        {
            try
            {
                await SendAsync(turn.Connection, open, new QuestionAnswer { Username = known.Username, Password = known.Password }, cancellationToken);
                turn.Questions.Answered(open, keep: null);
            }
            catch (Exception e) when (e is ManagementCommandException or ArgumentException)
            {
                turn.Questions.Forget(open.Shown.Type); // a person sees the question, and answers it
            }
        }
    }

    private static string? WhyNot(OpenQuestion open, QuestionAnswer answer) => open.Asked switch
    {
        ManagementEvent.PasswordNeeded when open.Shown.WantsUsername && string.IsNullOrEmpty(answer.Username) => "A user name is wanted.",
        ManagementEvent.PasswordNeeded when open.Shown.WantsPassword && answer.Password is null => "A password is wanted.",
        _ when open.Shown.WantsResponse && answer.Response is null => "An answer to the question is wanted.",
        ManagementEvent.NeedString when answer.Response is null => "A text is wanted.",
        ManagementEvent.NeedOk when answer.Choice is not (AnswerChoice.Accept or AnswerChoice.Refuse) => "The answer is to accept or to refuse.",
        ManagementEvent.RemoteQuery when answer.Choice is not (AnswerChoice.Accept or AnswerChoice.Refuse or AnswerChoice.Change) => "The answer is to accept, to refuse or to change.",
        ManagementEvent.ProxyQuery when answer.Choice is not (AnswerChoice.NoProxy or AnswerChoice.HttpProxy or AnswerChoice.SocksProxy) => "The answer is no proxy, an HTTP proxy or a SOCKS proxy.",
        ManagementEvent.RemoteQuery or ManagementEvent.ProxyQuery when answer.Choice is AnswerChoice.Change or AnswerChoice.HttpProxy or AnswerChoice.SocksProxy
            && (string.IsNullOrWhiteSpace(answer.Host) || answer.Port is not (> 0 and < 65536)) => "A host and a port from 1 to 65535 are wanted.",
        ManagementEvent.NeedCertificate or ManagementEvent.SignRequest => "Only a program that has the key can answer this.",
        ManagementEvent.InfoMessage when !open.Shown.WantsResponse => "This is answered in a browser, not here.",
        _ => null,
    };

    private static Task<string> SendAsync(ManagementConnection connection, OpenQuestion open, QuestionAnswer answer, CancellationToken cancellationToken) => open.Asked switch
    {
        ManagementEvent.PasswordNeeded need when open.Challenge is { } challenge => need.AnswerAsync(connection, challenge, answer.Response ?? "", cancellationToken),
        ManagementEvent.PasswordNeeded need => need.AnswerAsync(connection, answer.Username, answer.Password, answer.Response, cancellationToken),
        ManagementEvent.NeedOk ok => ok.AnswerAsync(connection, answer.Choice is AnswerChoice.Accept, cancellationToken),
        ManagementEvent.NeedString text => text.AnswerAsync(connection, answer.Response!, cancellationToken),
        ManagementEvent.RemoteQuery remote => answer.Choice switch
        {
            AnswerChoice.Accept => remote.AcceptAsync(connection, cancellationToken),
            AnswerChoice.Refuse => remote.SkipAsync(connection, cancellationToken),
            _ => remote.ChangeAsync(connection, answer.Host!.Trim(), answer.Port!.Value, cancellationToken),
        },
        ManagementEvent.ProxyQuery proxy => answer.Choice switch
        {
            AnswerChoice.HttpProxy => proxy.UseHttpAsync(connection, answer.Host!.Trim(), answer.Port!.Value, noClearText: false, cancellationToken),
            AnswerChoice.SocksProxy => proxy.UseSocksAsync(connection, answer.Host!.Trim(), answer.Port!.Value, cancellationToken),
            _ => proxy.UseNoneAsync(connection, cancellationToken),
        },
        ManagementEvent.InfoMessage => connection.SendChallengeResponseAsync(answer.Response!, cancellationToken),
        _ => throw new ArgumentException("This question cannot be answered here.", nameof(open)),
    };
}
