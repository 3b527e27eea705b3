using System.Globalization;
using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Access.Schema;
using Dashboard.Access.Tokens;
using Dashboard.Access.Users;
using Dashboard.Components.Administration;
using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Pages;

/// <summary>Which programs may use the API; makes and revokes their tokens.</summary>
public sealed partial class Tokens
{
    private static readonly int[] s_terms = [30, 90, 365, 0];

    private ClaimsPrincipal _caller = new();
    private AccessChoice _access = new();
    private string _name = "";
    private IReadOnlyList<TokenRow> _rows = [];
    private int _days = 90;
    private string? _problem;
    private string? _secret;
    private string _secretOf = "";
    private bool _proven;
    private bool _busy;

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] internal TokenAdministration Administration { get; init; } = default!;

    [Inject] internal ApiTokenStore Configured { get; init; } = default!;

    [Inject] public required IAuthorizationService Authorization { get; init; }

    [Inject] public required Confirmation Confirmation { get; init; }

    [Inject] public required ViewerClock Clock { get; init; }

    protected override async Task OnInitializedAsync()
    {
        _caller = (await Authentication).User;
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        _proven = (await Authorization.AuthorizeAsync(_caller, Policies.Proven)).Succeeded;
        _rows = [.. (await Administration.ListAsync(_caller)).Select(token => new TokenRow(token.Name, token.Role, token.Servers, token)), .. Configured.Tokens.Select(token => new TokenRow(token.Name, token.Role, token.Servers, null))];
    }

    private async Task CreateAsync()
    {
        if (_busy)
            return;
        (_secret, _problem) = (null, _access.Problem);
        if (_problem is not null)
            return;
        _busy = true;
        AdministrationResult result = await Administration.CreateAsync(
            _caller, _name.Trim(), _access.Role, _access.Limit, _days > 0 ? TimeSpan.FromDays(_days) : null);
        _busy = false;
        if (result is AdministrationResult.DoneWithSecret done)
        {
            (_secret, _secretOf) = (done.Secret, _name.Trim());
            (_name, _access) = ("", new AccessChoice());
        }
        _problem = (result as AdministrationResult.Refused)?.Reason;
        await ReadAsync();
    }

    private async Task RevokeAsync(ApiTokenRow token)
    {
        await Confirmation.AskAsync(AdministrationQuestions.Revoke(Administration, _caller, token));
        await ReadAsync();
    }

    private static string Term(int days) => days switch { 0 => "as long as nobody revokes it", 365 => "a year", _ => $"{days} days" };

    private string Expiry(TokenRow token) =>
        token.Made?.ExpiresAt is not { } at ? "does not expire"
        : at <= Clock.Now ? "expired"
        : $"until {Clock.Local(at).ToString("d MMM yyyy", CultureInfo.InvariantCulture)}";

    private static string ServersText(IReadOnlyList<string> servers) => servers.Count switch
    {
        0 => "all servers",
        1 => HostileText.Visible(servers[0]),
        var n => $"{n} servers",
    };

    /// <param name="Made">Null for a token of the configuration.</param>
    private sealed record TokenRow(string Name, string Role, IReadOnlyList<string> Servers, ApiTokenRow? Made);
}
