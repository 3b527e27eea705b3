using Dashboard.History.Reports;

using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pages;

/// <summary>Who was connected.</summary>
public sealed partial class Sessions
{
    private static readonly (string State, string Words)[] s_states = [("", "connected and ended"), ("open", "connected"), ("over", "ended")];
    private string _text = "";
    private string _state = "";
    private (string? Q, string? State) _address;

    /// <summary><c>open</c> or <c>over</c>.</summary>
    [SupplyParameterFromQuery] public string? State { get; set; }

    [Inject] internal ISessionReports Reader { get; init; } = null!;

    private bool? IsOpen => State switch { "open" => true, "over" => false, _ => null };

    private (string, string?)[] Export => [.. Fields, ("open", IsOpen switch { true => "true", false => "false", null => null })];

    private protected override (SessionQuery? Question, string? Problem) Read(HistoryRange range)
    {
        if (_address != (Q, State)) // else what is typed and not asked for yet stays
            (_address, _text, _state) = ((Q, State), Q ?? "", State ?? "");
        return State is null or "" or "open" or "over"
            ? (new SessionQuery(range, NullIfEmpty(Server), NullIfEmpty(Client), NullIfEmpty(Q), IsOpen, NullIfEmpty(Cursor)), null)
            : (null, "Sessions are connected or ended: choose one of them above.");
    }

    private protected override Task<Page<SessionRecord>> FindAsync(SessionQuery question, CancellationToken cancellationToken) =>
        Reader.FindAsync(Access, question, cancellationToken);

    private void AddFields(Dictionary<string, object?> parameters)
    {
        parameters["q"] = NullIfEmpty(_text.Trim());
        parameters["state"] = NullIfEmpty(_state);
    }
}
