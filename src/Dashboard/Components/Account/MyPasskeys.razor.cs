using Dashboard.Access.Users;
using Dashboard.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Components.Account;

/// <summary>Adds and removes passkeys.</summary>
public sealed partial class MyPasskeys
{
    internal const string Path = "account/passkeys";

    private IReadOnlyList<UserPasskeyInfo> _passkeys = [];
    private string? _options;

    [Inject]
    internal Passkeys Service { get; init; } = default!;

    [Inject]
    public required UserManager<DashboardUser> Users { get; init; }

    [SupplyParameterFromForm(FormName = "add")]
    public string? Credential { get; set; }

    [SupplyParameterFromForm(FormName = "add")]
    public string? PasskeyName { get; set; }

    protected override Task OnInitializedAsync() => WithProofAsync(Users, async user =>
    {
        _passkeys = await Service.ListAsync(user);
        if (!Passkeys.CanWork(HttpContext.Request))
            return;
        _options = HttpMethods.IsGet(HttpContext.Request.Method) ? await Service.BeginAddAsync(user) : ""; // a post brings the answer to those from before
    });

    private Task AddAsync() => WithProofAsync(Users, async user =>
    {
        if (await Service.AddAsync(user, Credential ?? "", PasskeyName ?? "", RemoteAddress) is { } problem)
        {
            Refuse(StatusCodes.Status400BadRequest, problem);
            _options = await Service.BeginAddAsync(user);
            return;
        }
        Navigation.NavigateTo(Path);
    });

    private Task RemoveAsync(byte[] credential) => WithProofAsync(Users, async user =>
    {
        await Service.RemoveAsync(user, credential, RemoteAddress);
        Navigation.NavigateTo(Path);
    });
}
