using Dashboard.Access.Audit;
using Dashboard.Access.Sessions;
using Dashboard.Access.Users;
using Dashboard.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Components.Account;

/// <summary>Turns the authenticator app on and off, and makes recovery codes.</summary>
public sealed partial class Authenticator
{
    internal const string Path = "account/authenticator";

    private TotpEnrolment? _enrolment;
    private IReadOnlyList<string>? _codes;
    private bool _isOn;
    private int _left;

    [Inject]
    internal SecondFactor SecondFactor { get; init; } = default!;

    [Inject]
    internal SessionIssuer Sessions { get; init; } = default!;

    [Inject]
    internal SignInSessions AllSessions { get; init; } = default!;

    [Inject]
    public required UserManager<DashboardUser> Users { get; init; }

    [Inject]
    internal AccountTrail Trail { get; init; } = default!;

    [SupplyParameterFromForm(FormName = "enrol")]
    public string? Enrolment { get; set; }

    [SupplyParameterFromForm(FormName = "enrol")]
    public string? Code { get; set; }

    protected override Task OnInitializedAsync() => WithProofAsync(Users, async user =>
    {
        _isOn = user.TotpKey is not null;
        if (_isOn)
            _left = await SecondFactor.CountRecoveryCodesAsync(user, HttpContext.RequestAborted);
        else
            _enrolment = (HttpMethods.IsGet(HttpContext.Request.Method) ? null : SecondFactor.Resume(user, Enrolment)) ?? SecondFactor.Begin(user);
    });

    private Task EnrolAsync() => WithProofAsync(Users, async user =>
    {
        if (await SecondFactor.EnrolAsync(user, Enrolment, Code ?? "", HttpContext.RequestAborted) is not { } codes)
        {
            Refuse(StatusCodes.Status400BadRequest, "This is not the code of the key that is shown now. Is the clock of your phone right?");
            return;
        }
        await ChangedAsync(user, "the authenticator app was turned on");
        _codes = codes;
    });

    private Task RenewAsync() => WithProofAsync(Users, async user =>
    {
        _codes = await SecondFactor.RenewRecoveryCodesAsync(user, HttpContext.RequestAborted);
        Trail.Done(user, RemoteAddress, AccountActions.ChangeFactors, "new recovery codes were made");
    });

    private Task RemoveAsync() => WithProofAsync(Users, async user =>
    {
        await SecondFactor.RemoveAsync(user, HttpContext.RequestAborted);
        await ChangedAsync(user, "the authenticator app was turned off");
        Navigation.NavigateTo(MyAccount.Path);
    });

    private async Task ChangedAsync(DashboardUser user, string what)
    {
        await Sessions.RenewAsync(user); // the security stamp is new
        await AllSessions.EndOthersAsync(user.Id, HttpContext.User.SessionId(), HttpContext.RequestAborted);
        Trail.Done(user, RemoteAddress, AccountActions.ChangeFactors, what);
    }
}
