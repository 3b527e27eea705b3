using Dashboard.Access;
using Dashboard.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Components.Account;

public sealed partial class SignOut
{
    [Inject]
    public required SignInManager<DashboardUser> SignInManager { get; init; }

    [Inject]
    public required ILogger<SignOut> Logger { get; init; }

    private async Task SubmitAsync()
    {
        await SignInManager.SignOutAsync();
        Log.SignedOut(Logger, new VisibleText(HttpContext.User.Identity?.Name));
        Navigation.NavigateTo(SignIn.Path);
    }
}
