using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Access.Sessions;
using Dashboard.Access.Users;
using Dashboard.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Components.Account;

/// <summary>Asks whoever is signed in to prove again that it is them, before something dangerous.</summary>
public sealed partial class ConfirmIdentity
{
    private const string Path = "account/confirm";

    private bool _hasPassword;
    private bool _wantsCode;
    private string? _options;

    [Inject]
    internal SignInService Service { get; init; } = default!;

    [Inject]
    internal SecondStep SecondStep { get; init; } = default!;

    [Inject]
    internal Passkeys PasskeyService { get; init; } = default!;

    [Inject]
    internal SessionIssuer Sessions { get; init; } = default!;

    [Inject]
    public required UserManager<DashboardUser> Users { get; init; }

    [Inject]
    internal AccountTrail Trail { get; init; } = default!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    [SupplyParameterFromForm(FormName = "confirm")]
    public string? Password { get; set; }

    [SupplyParameterFromForm(FormName = "confirm")]
    public string? Code { get; set; }

    [SupplyParameterFromForm(FormName = "confirm-passkey")]
    public string? Credential { get; set; }

    private string Target => LocalUrl.OrHome(ReturnUrl);

    /// <summary>The address of this page, from where it leads on to <paramref name="target"/>, a path of ours.</summary>
    internal static string LinkBackTo(string target) => LocalUrl.WithReturn(Path, target);

    protected override Task OnInitializedAsync() => WithUserAsync(Users, async user =>
    {
        (_hasPassword, _wantsCode) = (user.PasswordHash is not null, user.TwoFactorEnabled);
        if (Passkeys.CanWork(HttpContext.Request) && (await PasskeyService.ListAsync(user)).Count > 0)
            _options = HttpMethods.IsGet(HttpContext.Request.Method) ? await PasskeyService.BeginSignInAsync() : "";
    });

    private Task SubmitAsync() => WithUserAsync(Users, async user =>
    {
        SignInOutcome outcome = await Service.CheckAsync(user.UserName ?? "", Password ?? "", RemoteAddress, AccountActions.ProveIdentity, HttpContext.RequestAborted);
        if (outcome is SignInOutcome.Succeeded && user.TwoFactorEnabled)
            outcome = await SecondStep.CheckAsync(user, Code ?? "", RemoteAddress, AccountActions.ProveIdentity, HttpContext.RequestAborted);
        await AnswerAsync(user, outcome, _wantsCode
            ? "Password and code are not right, or the code was used before. After repeated failures the account is locked for a few minutes."
            : "The password is not right. After repeated failures the account is locked for a few minutes.");
    });

    private Task SubmitPasskeyAsync() => WithUserAsync(Users, async user =>
    {
        (SignInOutcome outcome, DashboardUser? shown) = await PasskeyService.CheckAsync(Credential ?? "", RemoteAddress, AccountActions.ProveIdentity);
        if (outcome is SignInOutcome.Succeeded && shown?.Id != user.Id)
            outcome = new SignInOutcome.Refused();
        await AnswerAsync(user, outcome, PasskeySignIn.Refusal);
    });

    private async Task AnswerAsync(DashboardUser user, SignInOutcome outcome, string refusal)
    {
        switch (outcome)
        {
            case SignInOutcome.Succeeded:
                await Sessions.ProveAsync(user);
                Trail.Done(user, RemoteAddress, AccountActions.ProveIdentity);
                Navigation.NavigateTo(Target);
                break;
            case SignInOutcome.Throttled throttled:
                Refuse(throttled);
                break;
            default:
                Refuse(StatusCodes.Status400BadRequest, refusal);
                break;
        }
        if (_options is not null && outcome is not SignInOutcome.Succeeded)
            _options = await PasskeyService.BeginSignInAsync();
    }
}
