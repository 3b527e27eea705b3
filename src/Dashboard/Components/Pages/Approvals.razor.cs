using System.Collections.Immutable;
using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Approvals;
using Dashboard.Components.Controls;
using Dashboard.Components.Servers;
using Dashboard.Components.Viewing;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Pages;

/// <summary>Who waits for a person to decide, and who is kept out.</summary>
public sealed partial class Approvals : IDisposable
{
    private readonly HashSet<Guid> _busy = [];
    private IDisposable? _subscription;
    private IDisposable? _blockSubscription;
    private IReadOnlyList<WaitingClient> _waiting = [];
    private IReadOnlyList<ServerSnapshot> _asking = [];
    private IReadOnlyList<Block> _blocks = [];
    private int _unsaved;
    private bool _mayOperate;
    private ClaimsPrincipal _user = new();
    private ServerAccess _access = ServerAccess.Nothing;
    private ImmutableSortedDictionary<string, ServerSnapshot> _servers = ImmutableSortedDictionary<string, ServerSnapshot>.Empty;
    private string _name = "";
    private NameKind _kind;
    private string _server = "";
    private int _term = 1;
    private string _reason = "";

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] public required LiveStore Store { get; init; }

    [Inject] public required IApprovals Desk { get; init; }

    [Inject] public required IAuthorizationService Authorization { get; init; }

    [Inject] public required Confirmation Confirmation { get; init; }

    [Inject] public required Toasts Toasts { get; init; }

    public void Dispose()
    {
        _subscription?.Dispose();
        _blockSubscription?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _user = (await Authentication).User;
        _access = ServerAccess.Of(_user);
        _mayOperate = (await Authorization.AuthorizeAsync(_user, Policies.Operate)).Succeeded;
        _subscription = Store.Subscribe(() => InvokeAsync(Refresh), LiveView.MinRedrawInterval);
        _blockSubscription = Desk.Subscribe(() => _ = InvokeAsync(Refresh));
        Read(); // after the subscriptions: nothing falls between
    }

    private void Refresh()
    {
        Read();
        StateHasChanged();
    }

    private void Read()
    {
        _servers = _access.Of(Store);
        _waiting = [.. _servers.Values.SelectMany(server => server.Waiting).OrderBy(client => client.Deadline)];
        _asking = [.. _servers.Values.Where(server => server.IsGatekeeper)];
        _blocks = Desk.BlocksFor(_user);
        _unsaved = Desk.UnsavedBlocks;
    }

    // What lets somebody in is one click: every second counts. The answer comes as a toast.
    private async Task ApproveAsync(WaitingClient client)
    {
        if (!_busy.Add(client.Id))
            return;
        try
        {
            OperationResult result = await Desk.DecideAsync(_user, client.Id, approve: true, reason: null);
            Toasts.Show(result.Succeeded ? Tone.Good : Tone.Bad, $"Approve {client.CommonName}: {Confirm.Words(result.Outcome).ToLowerInvariant()}", Confirm.Answer(result));
        }
        finally
        {
            _busy.Remove(client.Id);
        }
    }

    private async Task DenyAsync(WaitingClient client) =>
        await Confirmation.AskAsync(OperatorQuestions.Deny(Desk, _user, client));

    private async Task LiftAsync(Block block) =>
        await Confirmation.AskAsync(OperatorQuestions.Lift(Desk, _user, block));

    /// <summary>What is missing for a block, in words; null for nothing.</summary>
    private string? WhyNoBlock => string.IsNullOrWhiteSpace(_name) ? "Enter a name first."
        : !_servers.ContainsKey(_server) && (_server.Length > 0 || _access.IsLimited) ? "Choose a server first."
        : null;

    private async Task BlockAsync()
    {
        if (WhyNoBlock is not null)
            return;
        BlockedName name = new(_kind, _name.Trim());
        HashSet<Guid> earlier = [.. Desk.BlocksFor(_user).Select(block => block.Id)];
        await Confirmation.AskAsync(OperatorQuestions.Block(Desk, _user, name, _server.Length > 0 ? _server : null, _servers.Values, _term, string.IsNullOrWhiteSpace(_reason) ? null : _reason.Trim()));
        if (Desk.BlocksFor(_user).Any(block => block.Name == name && !earlier.Contains(block.Id)))
            (_name, _reason) = ("", "");
    }

    private static string WhoseName(NameKind kind) => kind switch
    {
        NameKind.Certificate => "certificate",
        NameKind.User => "user",
        _ => "certificate or user",
    };

    private string Enforcement(Block block) => block.Server switch
    {
        { } name when _servers.GetValueOrDefault(name) is { } server => server.IsGatekeeper ? "refused when it asks to come in" : "disconnected each time it comes back",
        { } => "this server is not configured any more",
        null when _servers.Values.All(server => server.IsGatekeeper) => "refused when it asks to come in",
        null when _servers.Values.Any(server => server.IsGatekeeper) => "refused where the dashboard is asked, else disconnected each time it comes back",
        null => "disconnected each time it comes back",
    };
}
