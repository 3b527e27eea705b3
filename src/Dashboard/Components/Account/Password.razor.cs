using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Access.Sessions;
using Dashboard.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Components.Account;

public sealed partial class Password
{
    private bool _changed;

    [Inject]
    internal SignInService Service { get; init; } = default!;

    [Inject]
    public required SignInManager<DashboardUser> SignInManager { get; init; }

    [Inject]
    internal SessionIssuer Sessions { get; init; } = default!;

    [Inject]
    internal SignInSessions AllSessions { get; init; } = default!;

    [Inject]
    internal AccountTrail Trail { get; init; } = default!;

    [SupplyParameterFromForm(FormName = "password")]
    public string? CurrentPassword { get; set; }

    [SupplyParameterFromForm(FormName = "password")]
    public string? NewPassword { get; set; }

    [SupplyParameterFromForm(FormName = "password")]
    public string? RepeatedPassword { get; set; }

    private Task SubmitAsync() => WithStorageAsync(async () =>
    {
        if (!string.Equals(NewPassword, RepeatedPassword, StringComparison.Ordinal))
        {
            Refuse(StatusCodes.Status400BadRequest, "The two new passwords are not the same.");
            return;
        }
        if (await SignInManager.UserManager.GetUserAsync(HttpContext.User) is not { UserName: { } userName } user)
        {
            Refuse(StatusCodes.Status403Forbidden, "You have no password here.");
            return;
        }
        switch (await Service.CheckAsync(userName, CurrentPassword ?? "", RemoteAddress, AccountActions.ChangePassword, HttpContext.RequestAborted))
        {
            case SignInOutcome.Throttled throttled:
                Refuse(throttled);
                return;
            case SignInOutcome.Refused:
                Refuse(StatusCodes.Status400BadRequest, "The current password is not right, or the account is locked for a few minutes after repeated failures.");
                return;
        }
        IdentityResult result = await SignInManager.UserManager.ChangePasswordAsync(user, CurrentPassword ?? "", NewPassword ?? "");
        if (!result.Succeeded)
        {
            Refuse(StatusCodes.Status400BadRequest, [.. result.Errors.Select(static error => error.Description)]);
            return;
        }
        await Sessions.RenewAsync(user); // the security stamp is new
        await AllSessions.EndOthersAsync(user.Id, HttpContext.User.SessionId(), HttpContext.RequestAborted);
        Trail.Done(user, RemoteAddress, AccountActions.ChangePassword);
        _changed = true;
    });
}
