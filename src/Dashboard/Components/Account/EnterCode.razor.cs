using Dashboard.Access;
using Dashboard.Access.Users;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Account;

/// <summary>The second step of a sign-in.</summary>
public sealed partial class EnterCode
{
    internal const string Refusal = "This code is not right, or was used before. After repeated failures the account is locked for a few minutes.";

    private const string Path = "account/code";

    private bool _void;

    [Inject]
    internal SecondStep SecondStep { get; init; } = default!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    [SupplyParameterFromForm(FormName = "code")]
    public string? Code { get; set; }

    private string Target => LocalUrl.OrHome(ReturnUrl);

    internal static string LinkTo(string target) => LocalUrl.WithReturn(Path, target);

    protected override Task OnInitializedAsync() => WithStorageAsync(async () =>
    {
        _void = await SecondStep.FindUserAsync() is null;
        if (_void)
            HttpContext.Response.StatusCode = StatusCodes.Status403Forbidden;
    });

    private Task SubmitAsync() => WithStorageAsync(async () =>
    {
        switch (await SecondStep.FinishAsync(Code ?? "", RemoteAddress, HttpContext.RequestAborted))
        {
            case SignInOutcome.Succeeded:
                Navigation.NavigateTo(Target);
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
