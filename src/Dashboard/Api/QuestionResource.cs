using Dashboard.Live;

namespace Dashboard.Api;

/// <summary>What an OpenVPN process waits to be told, as the API shows it.</summary>
internal sealed record QuestionResource(
    Guid Id,
    QuestionKind Kind,
    string Type,
    string Text,
    string? Refusal,
    bool WantsUsername,
    bool WantsPassword,
    bool WantsResponse,
    DateTimeOffset Since)
{
    public static QuestionResource From(DaemonQuestion question) => new(
        question.Id,
        question.Kind,
        question.Type,
        question.Text,
        question.Refusal,
        question.WantsUsername,
        question.WantsPassword,
        question.WantsResponse,
        question.Since);
}
