using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Access.Users;
using Dashboard.Components.Administration;
using Dashboard.Components.Controls;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Pages;

/// <summary>What one user may do, and what can be done about their account.</summary>
public sealed partial class EditUser
{
    private ClaimsPrincipal _caller = new();
    private UserSummary? _user;
    private AccessChoice _access = new();
    private string? _problem;
    private string? _done;
    private string? _link;
    private bool _proven;
    private bool _read;
    private bool _busy;

    [Parameter] public Guid Id { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] internal UserAdministration Administration { get; init; } = default!;

    [Inject] public required IAuthorizationService Authorization { get; init; }

    [Inject] public required Confirmation Confirmation { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    protected override async Task OnParametersSetAsync()
    {
        _caller = (await Authentication).User;
        await ReadAsync();
        if (_user is { } user)
            _access = AccessChoice.From(user.Role, user.Servers);
        _read = true;
    }

    private async Task ReadAsync()
    {
        _proven = (await Authorization.AuthorizeAsync(_caller, Policies.Proven)).Succeeded;
        _user = (await Administration.ListAsync(_caller)).FirstOrDefault(user => user.Id == Id);
    }

    private async Task SaveAsync()
    {
        (_problem, _done) = (_access.Problem, null);
        if (_busy || _problem is not null)
            return;
        _busy = true;
        Take(await Administration.SetAccessAsync(_caller, Id, _access.Role, _access.Limit), "Saved.");
        _busy = false;
        await ReadAsync();
    }

    private async Task IssueLinkAsync()
    {
        AdministrationResult result = await Administration.IssueLinkAsync(_caller, Id);
        if (result is AdministrationResult.DoneWithSecret link)
            _link = Navigation.BaseUri + link.Secret;
        Take(result, null);
        await ReadAsync();
    }

    private async Task UnlockAsync()
    {
        Take(await Administration.SetLockedAsync(_caller, Id, locked: false), "Unlocked.");
        await ReadAsync();
    }

    private async Task AskAsync(ConfirmQuestion question)
    {
        await Confirmation.AskAsync(question);
        await ReadAsync();
    }

    private void Take(AdministrationResult result, string? done)
    {
        _problem = (result as AdministrationResult.Refused)?.Reason;
        _done = result is AdministrationResult.Refused or AdministrationResult.ProofWanted ? null : done;
    }
}
