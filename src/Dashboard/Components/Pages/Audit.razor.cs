using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;
using Dashboard.Fleet.Operations;
using Dashboard.Live;
using Dashboard.Storage;

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Pages;

/// <summary>The audit trail: who did what, newest first. What is looked for lives in the address.</summary>
public sealed partial class Audit : IDisposable
{
    private const int MaxReplyShown = 300;
    private static readonly AuditKind?[] s_kinds = [null, AuditKind.Vpn, AuditKind.Accounts];

    private readonly CancellationTokenSource _left = new();
    private IReadOnlyList<AuditRecord>? _records;
    private string? _trouble;
    private int _asked;
    private ServerAccess _access = ServerAccess.Nothing;
    private string _server = "";
    private string _by = "";
    private string _text = "";
    private AuditKind? _kind;

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [SupplyParameterFromQuery] public string? Server { get; set; }

    [SupplyParameterFromQuery] public string? By { get; set; }

    [SupplyParameterFromQuery] public string? Q { get; set; }

    [SupplyParameterFromQuery] public string? Kind { get; set; }

    [SupplyParameterFromQuery] public long? Before { get; set; }

    [Inject] internal IAuditStore Records { get; init; } = null!;

    [Inject] internal AuditTrail Trail { get; init; } = null!;

    [Inject] public required StorageState Storage { get; init; }

    [Inject] public required LiveStore Store { get; init; }

    [Inject] public required ViewerClock Clock { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        _access = ServerAccess.Of((await Authentication).User);
        (_server, _by, _text, _kind) = (Server ?? "", By ?? "", Q ?? "", Chosen);
        int asked = ++_asked;
        try
        {
            IReadOnlyList<AuditRecord> found = await Records.ReadAsync(new AuditQuery(Server, By, Q, Chosen, Before, _access.Servers), _left.Token);
            if (asked == _asked) // else something else has been asked meanwhile
                (_records, _trouble) = (found, null);
        }
        catch (OperationCanceledException)
        {
            // nobody looks any more
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            _trouble = "The database does not answer. What is done meanwhile stands in the dashboard’s own log, and is written as soon as it can be.";
        }
    }

    private AuditKind? Chosen => Enum.TryParse(Kind, out AuditKind kind) && Enum.IsDefined(kind) ? kind : null;

    private (string, string?)[] Export => [("server", Server), ("by", By), ("q", Q), ("kind", Null($"{Chosen}"))];

    private void Search() => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["server"] = Null(_server),
        ["by"] = Null(_by),
        ["q"] = Null(_text),
        ["kind"] = Null($"{_kind}"),
        ["before"] = null,
    }));

    private static string? Null(string? text) => text?.Trim() is { Length: > 0 } some ? some : null;

    private static string KindText(AuditKind? kind) => kind switch { AuditKind.Vpn => "servers and clients", AuditKind.Accounts => "accounts and sign-ins", _ => "everything" };

    // Of an account nothing is sent to a daemon.
    private static string Words(AuditRecord record) =>
        !Enum.TryParse(record.Outcome, out OperationOutcome known) ? record.Outcome
        : AccountActions.All.Contains(record.Action, StringComparer.Ordinal) && known is OperationOutcome.Refused or OperationOutcome.Failed ? "Not done"
        : Confirm.Words(known);

    // What became of a daemon's setting is a sentence that says it already.
    private static string? Earlier(AuditRecord record) =>
        record.Before is { Length: > 0 } before && record.After?.Contains($"it was {before}.", StringComparison.Ordinal) is not true ? before : null;

    // A raw command can have said a lot.
    private static string? Shorten(string? reply)
    {
        if (reply?.Split('\n') is not [var first, .. var more])
            return null;
        string shown = first.Length > MaxReplyShown ? first[..MaxReplyShown] + "…" : first;
        return more.Length == 0 ? shown : $"{shown} (and {Quantity.Count(more.Length, "more line")})";
    }
}
