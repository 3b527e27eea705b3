using Dashboard.Access;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Account;

public sealed partial class SignIn
{
    internal const string Path = "/account/sign-in";

    // One sentence for every reason: a guesser learns nothing about who exists or is locked out.
    internal const string Refusal = "User name and password do not match, or the account is locked for a few minutes after repeated failures.";

    [Inject]
    internal SignInService Service { get; init; } = default!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in")]
    public string? UserName { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in")]
    public string? Password { get; set; }

    private string Target => LocalUrl.OrHome(ReturnUrl);

    private string Here => Target is LocalUrl.Home ? Path : Path + QueryString.Create("returnUrl", Target);

    protected override Task OnInitializedAsync()
    {
        if (!HttpMethods.IsGet(HttpContext.Request.Method))
            return Task.CompletedTask;
        if (HttpContext.User.Identity is { IsAuthenticated: true })
            Navigation.NavigateTo(Target);
        return WithStorageAsync(() => Task.CompletedTask);
    }

    private Task SubmitAsync() => WithStorageAsync(async () =>
    {
        switch (await Service.SignInAsync(UserName ?? "", Password ?? "", RemoteAddress, HttpContext.RequestAborted))
        {
            case SignInOutcome.Succeeded:
                Navigation.NavigateTo(Target);
                break;
            case SignInOutcome.CodeWanted:
                Navigation.NavigateTo(EnterCode.LinkTo(Target));
                break;
            case SignInOutcome.Throttled throttled:
                Refuse(throttled);
                break;
            default:
                Refuse(StatusCodes.Status401Unauthorized, Refusal);
                break;
        }
    });
}
