using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Access.Users;
using Dashboard.Components.Administration;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Pages;

/// <summary>Who may sign in; invites others.</summary>
public sealed partial class Users
{
    private ClaimsPrincipal _caller = new();
    private IReadOnlyList<UserSummary> _users = [];
    private AccessChoice _access = new();
    private string _name = "";
    private const int FilterFrom = 10;

    private IReadOnlyList<UserSummary> _shown = [];
    private string _filter = "";
    private string? _problem;
    private string? _link;
    private string _linkFor = "";
    private bool _proven;
    private bool _busy;

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] internal UserAdministration Administration { get; init; } = default!;

    [Inject] public required IAuthorizationService Authorization { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    protected override async Task OnInitializedAsync()
    {
        _caller = (await Authentication).User;
        _proven = (await Authorization.AuthorizeAsync(_caller, Policies.Proven)).Succeeded;
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        _users = await Administration.ListAsync(_caller);
        FindUsers(_filter);
    }

    private void FindUsers(string? text)
    {
        _filter = text ?? ""; // as it is typed: the field shows it
        string wanted = _filter.Trim();
        _shown = wanted.Length == 0 ? _users : [.. _users.Where(user => In(user.Name) || In(user.Role) || user.Servers.Any(In))];

        bool In(string? words) => words?.Contains(wanted, StringComparison.OrdinalIgnoreCase) ?? false;
    }

    private async Task CreateAsync()
    {
        if (_busy)
            return;
        (_link, _problem) = (null, _access.Problem);
        if (_problem is not null)
            return;
        _busy = true;
        AdministrationResult result = await Administration.CreateAsync(_caller, _name.Trim(), _access.Role, _access.Limit);
        _busy = false;
        switch (result)
        {
            case AdministrationResult.DoneWithSecret done:
                (_link, _linkFor) = (Navigation.BaseUri + done.Secret, _name.Trim());
                (_name, _access) = ("", new AccessChoice());
                await ReadAsync();
                break;
            case AdministrationResult.Refused refused:
                _problem = refused.Reason;
                break;
            case AdministrationResult.ProofWanted:
                _proven = false;
                break;
        }
    }

    private static string ServersText(UserSummary user) => user.Servers.Count switch
    {
        0 => "all servers",
        1 => HostileText.Visible(user.Servers[0]),
        var n => $"{n} servers",
    };
}
