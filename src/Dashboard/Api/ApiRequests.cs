using System.Text.Json.Serialization;

using Dashboard.Fleet.Operations;
using Dashboard.Fleet.Questions;
using Dashboard.Live;

namespace Dashboard.Api;

// What has no default here has to be said, and a default does nothing: see RequestJson.

/// <param name="BlockFor">Keep the client out besides: a duration such as <c>00:15:00</c>, or <c>untilLifted</c>; null for not at all.</param>
/// <param name="BlockName">
/// By which of its names; one that is not its own is refused. Null for its certificate's, or for its user name where OpenVPN
/// checked it and other users have the same certificate, or it has none.
/// </param>
/// <param name="BlockNameKind">Whose name that is, where a certificate and a user have the same; null for the certificate then.</param>
internal sealed record DisconnectRequest(DisconnectMode Mode, string? Reason = null, string? BlockFor = null, string? BlockName = null, NameKind? BlockNameKind = null)
{
    public string? WhyNot() =>
        BlockName is not null && BlockFor is null ? "blockName: blockFor is wanted with it."
        : BlockNameKind is not null && BlockName is null ? "blockNameKind: blockName is wanted with it."
        : null;
}

internal sealed record HoldRequest(HoldAction Action);

internal sealed record SignalRequest(ServerSignal Signal);

internal sealed record VerbRequest(int Level);

/// <param name="For">How long the slot is given up, such as <c>00:10:00</c>; a release without it is refused.</param>
internal sealed record SlotRequest(SlotAction Action, TimeSpan? For = null);

internal enum SlotAction
{
    /// <summary>Give the management slot up for a while.</summary>
    Release,

    /// <summary>Come back before the time is over.</summary>
    Take,
}

internal sealed record MuteRequest(int Lines);

/// <param name="Options">Options separated by commas.</param>
/// <param name="Session">One client; null for all.</param>
internal sealed record PushUpdateRequest(string Options, string? Session);

internal sealed record DecisionRequest(ApprovalDecision Decision, string? Reason = null);

internal enum ApprovalDecision
{
    Approve,
    Deny,
}

/// <param name="Server">Null for every server.</param>
/// <param name="CommonName">The name on a certificate, or the name of a user.</param>
/// <param name="For">A duration such as <c>00:15:00</c>, or <c>untilLifted</c>.</param>
/// <param name="NameKind">Whose name it is; null for whoever has it.</param>
internal sealed record BlockRequest(string CommonName, string? Server, string For, string? Reason = null, NameKind? NameKind = null);

/// <inheritdoc cref="QuestionAnswer"/>
internal sealed record AnswerRequest(
    [property: JsonConverter(typeof(VerbatimTextConverter))] string? Username = null,
    [property: JsonConverter(typeof(VerbatimTextConverter))] string? Password = null,
    [property: JsonConverter(typeof(VerbatimTextConverter))] string? Response = null,
    AnswerChoice? Choice = null,
    string? Host = null,
    int? Port = null,
    bool Remember = false)
{
    public QuestionAnswer ToAnswer() => new() { Username = Username, Password = Password, Response = Response, Choice = Choice, Host = Host, Port = Port, Remember = Remember };

    public override string ToString() => nameof(AnswerRequest); // nothing of it goes into a log
}

/// <summary>The daemon's own words, and what was seen to come of them.</summary>
internal sealed record OperationResource(string Reply, string Effect);
