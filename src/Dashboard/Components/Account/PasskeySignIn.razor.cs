using Dashboard.Access;
using Dashboard.Access.Users;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Account;

/// <summary>Sign-in with a key that a device keeps.</summary>
public sealed partial class PasskeySignIn
{
    internal const string Refusal = "This passkey was not accepted: it is not known here, or the account is locked.";

    private const string Path = "account/passkey";

    private string? _options;

    [Inject]
    internal Passkeys Service { get; init; } = default!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    [SupplyParameterFromForm(FormName = "passkey")]
    public string? Credential { get; set; }

    private string Target => LocalUrl.OrHome(ReturnUrl);

    internal static string LinkTo(string target) => LocalUrl.WithReturn(Path, target);

    protected override Task OnInitializedAsync() =>
        HttpMethods.IsGet(HttpContext.Request.Method) ? WithStorageAsync(BeginAsync) : PrepareFormAsync();

    // The form has to be there for its post to be taken.
    private Task PrepareFormAsync()
    {
        _options = "";
        return Task.CompletedTask;
    }

    private async Task BeginAsync()
    {
        if (Passkeys.CanWork(HttpContext.Request))
            _options = await Service.BeginSignInAsync();
        else
            Refuse(StatusCodes.Status200OK, "Passkeys work at a host name with https, or at http://localhost, and not at this address.");
    }

    private Task SubmitAsync() => WithStorageAsync(async () =>
    {
        switch (await Service.SignInAsync(Credential ?? "", RemoteAddress, HttpContext.RequestAborted))
        {
            case SignInOutcome.Succeeded:
                Navigation.NavigateTo(Target);
                break;
            case SignInOutcome.Throttled throttled:
                Refuse(throttled);
                break;
            default:
                Refuse(StatusCodes.Status401Unauthorized, Refusal);
                await BeginAsync();
                break;
        }
    });
}
