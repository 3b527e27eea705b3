using Dashboard.Access.Sessions;
using Dashboard.Access.Users;
using Dashboard.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Components.Account;

/// <summary>Where a link leads that an administrator, or the command line, has made.</summary>
public sealed partial class ChoosePassword
{
    private string? _user;

    [Inject]
    internal PasswordLinks Links { get; init; } = default!;

    [Inject]
    internal SessionIssuer Sessions { get; init; } = default!;

    [Inject]
    internal SignInSessions AllSessions { get; init; } = default!;

    [SupplyParameterFromQuery]
    public string? Token { get; set; }

    /// <summary>The token again: with the form it travels in the body, not in an address.</summary>
    [SupplyParameterFromForm(FormName = "choose-password")]
    public string? FormToken { get; set; }

    [SupplyParameterFromForm(FormName = "choose-password")]
    public string? NewPassword { get; set; }

    [SupplyParameterFromForm(FormName = "choose-password")]
    public string? RepeatedPassword { get; set; }

    protected override Task OnInitializedAsync() => WithStorageAsync(async () =>
    {
        _user = (await Links.FindAsync(HttpMethods.IsGet(HttpContext.Request.Method) ? Token : FormToken, HttpContext.RequestAborted))?.UserName;
        if (_user is null)
            HttpContext.Response.StatusCode = StatusCodes.Status403Forbidden;
    });

    private Task SubmitAsync() => WithStorageAsync(async () =>
    {
        if (!string.Equals(NewPassword, RepeatedPassword, StringComparison.Ordinal))
        {
            Refuse(StatusCodes.Status400BadRequest, "The two passwords are not the same.");
            return;
        }
        (DashboardUser User, IdentityResult Result)? used = await Links.UseAsync(FormToken, NewPassword ?? "", RemoteAddress, HttpContext.RequestAborted);
        if (used is not { } attempt)
        {
            _user = null;
            HttpContext.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        if (!attempt.Result.Succeeded)
        {
            Refuse(StatusCodes.Status400BadRequest, [.. attempt.Result.Errors.Select(static error => error.Description)]);
            return;
        }
        await AllSessions.EndOthersAsync(attempt.User.Id, except: null, HttpContext.RequestAborted);
        // The link stands for the password, not for the second factor, and not for an administrator's lock.
        if (attempt.User.TwoFactorEnabled || UserSummary.IsLockedForGood(attempt.User))
        {
            Navigation.NavigateTo(SignIn.Path);
            return;
        }
        await Sessions.StartAsync(attempt.User, "link", HttpContext.RequestAborted);
        Navigation.NavigateTo(Access.LocalUrl.Home);
    });
}
