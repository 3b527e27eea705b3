using Dashboard.Access;
using Dashboard.Access.External;
using Dashboard.Access.Proxies;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace Dashboard.Components.Account;

public sealed partial class SignIn
{
    internal const string Path = "account/sign-in";

    // One sentence for every reason: a guesser learns nothing about who exists or is locked out.
    internal const string Refusal = "User name and password do not match, or the account is locked for a few minutes after repeated failures.";

    [Inject]
    internal SignInService Service { get; init; } = default!;

    [Inject]
    public required TimeProvider Time { get; init; }

    [Inject]
    internal ProxySignIn Proxy { get; init; } = default!;

    [Inject]
    internal ExternalSignIn External { get; init; } = default!;

    [Inject]
    internal IOptions<AccessOptions> Access { get; init; } = default!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in")]
    public string? UserName { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in")]
    public string? Password { get; set; }

    private string Target => LocalUrl.OrHome(ReturnUrl);

    private string Here => LocalUrl.WithReturn(Path, Target);

    protected override Task OnInitializedAsync()
    {
        if (!HttpMethods.IsGet(HttpContext.Request.Method))
            return Task.CompletedTask;
        if (HttpContext.User.Identity is { IsAuthenticated: true })
            Navigation.NavigateTo(Target);
        return WithStorageAsync(SignInByProxyAsync);
    }

    // Where a proxy says who comes, there is nothing to ask.
    private async Task SignInByProxyAsync()
    {
        if (Proxy.Identify(HttpContext) is not { } who)
            return;
        DateTimeOffset now = Time.GetUtcNow(); // the proxy does not say when they signed in there, and we cannot ask it again
        ExternalSignInOutcome outcome = await External.SignInAsync(who, ProxySignIn.Method, now, RemoteAddress, HttpContext.RequestAborted);
        if (outcome is ExternalSignInOutcome.Succeeded)
            Navigation.NavigateTo(Target);
        else
            Refuse(StatusCodes.Status403Forbidden, ExternalWords.Refusal(outcome));
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
