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

/// <summary>
/// One server: what it is, its bandwidth, clients, log and echo, and what can be done to it. The route takes the rest of
/// the address, because a server's name may hold slashes; see <see cref="PageLinks.Server"/>.
/// </summary>
public sealed partial class Server : IDisposable
{
    private IDisposable? _subscription;
    private ServerSnapshot? _server;
    private ClientQuery _query = ClientQuery.Default;
    private bool _mayOperate;
    private bool _mayAdminister;
    private bool _following = true;
    private OwnQuery? _address;
    private ServerAccess _access = ServerAccess.Nothing;

    [Parameter] public string? Name { get; set; }

    /// <summary>Filter of the clients.</summary>
    [SupplyParameterFromQuery] public string? Q { get; set; }

    /// <summary>Order of the clients.</summary>
    [SupplyParameterFromQuery] public string? Sort { get; set; }

    [SupplyParameterFromQuery] public string? Tab { get; set; }

    /// <summary>Period of the bandwidth chart.</summary>
    [SupplyParameterFromQuery] public string? Range { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] public required LiveStore Store { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    [Inject] public required IServerOperations Operations { get; init; }

    [Inject] public required IApprovals Desk { get; init; }

    [Inject] public required IAuthorizationService Authorization { get; init; }

    [Inject] public required Confirmation Confirmation { get; init; }

    private bool Old => _server is { IsLive: false };

    private string FollowText => Old ? "last known" : _following ? "following" : "paused while you read";

    public void Dispose() => _subscription?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        ClaimsPrincipal user = (await Authentication).User;
        _access = ServerAccess.Of(user);
        _mayOperate = (await Authorization.AuthorizeAsync(user, Policies.Operate)).Succeeded;
        _subscription = Store.Subscribe(() => InvokeAsync(Refresh), LiveView.MinRedrawInterval);
        _mayAdminister = (await Authorization.AuthorizeAsync(user, Policies.Administer)).Succeeded;
    }

    protected override void OnParametersSet()
    {
        ServerSnapshot? earlier = _server;
        _server = _access.Find(Store, Name ?? "");
        if (earlier?.Name != _server?.Name)
            _following = true; // what is drawn of another server begins at its end
        _address ??= new OwnQuery(Navigation);
        if (!_address.IsEcho())
            _query = ClientQuery.Parse(Q, Sort);
    }

    private void Refresh()
    {
        _server = _access.Find(Store, Name ?? "");
        StateHasChanged();
    }

    private void SetFollowing(bool following) => _following = following;

    private void SetClientQuery(ClientQuery query)
    {
        _query = query;
        _address?.Replace(new(StringComparer.Ordinal) { ["q"] = query.FilterText, ["sort"] = query.SortText });
    }

    private void SetRange(string? range) => _address?.Replace(new(StringComparer.Ordinal) { ["range"] = range });

    private async Task DisconnectAsync(ClientSnapshot client)
    {
        ClaimsPrincipal user = (await Authentication).User;
        await Confirmation.AskAsync(OperatorQuestions.Disconnect(Operations, user, client, _server!, Desk.BlocksFor(user)));
    }
}
