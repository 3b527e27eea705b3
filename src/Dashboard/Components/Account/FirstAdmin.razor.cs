using Dashboard.Access;
using Dashboard.Access.Sessions;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Account;

public sealed partial class FirstAdmin
{
    private bool _void;

    [Inject]
    internal FirstAdministrator Service { get; init; } = default!;

    [Inject]
    internal SessionIssuer Sessions { get; init; } = default!;

    [SupplyParameterFromQuery]
    public string? Token { get; set; }

    /// <summary>The token again: with the form it travels in the body, not in an address.</summary>
    [SupplyParameterFromForm(FormName = "first-admin")]
    public string? FormToken { get; set; }

    [SupplyParameterFromForm(FormName = "first-admin")]
    public string? UserName { get; set; }

    [SupplyParameterFromForm(FormName = "first-admin")]
    public string? NewPassword { get; set; }

    [SupplyParameterFromForm(FormName = "first-admin")]
    public string? RepeatedPassword { get; set; }

    protected override Task OnInitializedAsync() =>
        HttpMethods.IsGet(HttpContext.Request.Method)
            ? WithStorageAsync(async () =>
            {
                if (!await Service.MayCreateAsync(Token, RemoteAddress))
                    ShowVoid();
            })
            : Task.CompletedTask;

    private Task SubmitAsync() => WithStorageAsync(async () =>
    {
        if (!string.Equals(NewPassword, RepeatedPassword, StringComparison.Ordinal))
        {
            Refuse(StatusCodes.Status400BadRequest, "The two passwords are not the same.");
            return;
        }
        var created = await Service.CreateAsync(FormToken, UserName ?? "", NewPassword ?? "", RemoteAddress, HttpContext.RequestAborted);
        if (created is not { } attempt)
        {
            ShowVoid();
            return;
        }
        if (!attempt.Result.Succeeded)
        {
            Refuse(StatusCodes.Status400BadRequest, [.. attempt.Result.Errors.Select(static error => error.Description)]);
            return;
        }
        await Sessions.StartAsync(attempt.User, "first administrator’s link", HttpContext.RequestAborted);
        Navigation.NavigateTo(LocalUrl.Home);
    });

    private void ShowVoid()
    {
        HttpContext.Response.StatusCode = StatusCodes.Status403Forbidden;
        _void = true;
    }
}
