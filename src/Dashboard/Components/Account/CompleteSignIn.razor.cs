using Dashboard.Access;
using Dashboard.Access.External;
using Dashboard.Access.SingleSignOn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Dashboard.Components.Account;

/// <summary>Where the identity provider's answer leads to: signs the person in, or says why not.</summary>
public sealed partial class CompleteSignIn
{
    private const string Path = "account/single-sign-on";

    [Inject]
    internal ExternalSignIn Service { get; init; } = default!;

    [Inject]
    internal IOptions<AccessOptions> Access { get; init; } = default!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    private string Target => LocalUrl.OrHome(ReturnUrl);

    internal static string LinkTo(string target) => LocalUrl.WithReturn(Path, target);

    protected override Task OnInitializedAsync() => WithStorageAsync(async () =>
    {
        AuthenticateResult answer = await HttpContext.AuthenticateAsync(IdentityConstants.ExternalScheme);
        if (ExternalClaims.Read(answer.Principal) is not { } known)
        {
            Refuse(StatusCodes.Status400BadRequest, $"{Access.Value.SingleSignOn.DisplayName} did not say who you are, or not in time. The dashboard's log says what went wrong.");
            return;
        }
        await HttpContext.SignOutAsync(IdentityConstants.ExternalScheme); // it has done its work
        ExternalSignInOutcome outcome = await Service.SignInAsync(known.Who, SingleSignOnRegistration.Method, known.ProvenAt, RemoteAddress, HttpContext.RequestAborted);
        if (outcome is ExternalSignInOutcome.Succeeded)
            Navigation.NavigateTo(Target);
        else
            Refuse(StatusCodes.Status403Forbidden, ExternalWords.Refusal(outcome));
    });
}
