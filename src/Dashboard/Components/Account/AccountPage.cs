using System.Net;
using Dashboard.Access;
using Dashboard.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Components.Account;

/// <summary>What the account pages have in common: each is one request and its response, and most need the database.</summary>
public abstract class AccountPage : ComponentBase
{
    [CascadingParameter]
    public required HttpContext HttpContext { get; set; }

    [Inject]
    internal StorageState Storage { get; init; } = default!;

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required IAuthorizationService Authorization { get; init; }

    /// <summary>Why the page cannot work now; null when it can.</summary>
    protected StorageStatus? Unavailable { get; private set; }

    /// <summary>What to tell the person above the form; null for nothing.</summary>
    protected IReadOnlyList<string> Messages { get; private set; } = [];

    protected IPAddress? RemoteAddress => HttpContext.Connection.RemoteIpAddress;

    /// <summary>Runs <paramref name="work"/> if there is storage; if there is none, or none any more, the page says so with status 503.</summary>
    protected async Task WithStorageAsync(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!Storage.Current.IsReady)
        {
            ShowUnavailable(Storage.Current);
            return;
        }
        try
        {
            await work();
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            ShowUnavailable(Storage.Current.IsReady
                ? new StorageStatus(StorageCondition.Unavailable, "It has just gone away.", Storage.Current.Since)
                : Storage.Current);
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> for the user who is signed in, if it is not too long ago that they proved to be
    /// themselves; else leads to the page where they do, and back here.
    /// </summary>
    private protected Task WithProofAsync(UserManager<DashboardUser> users, Func<DashboardUser, Task> work) => WithUserAsync(users, async user =>
    {
        if (!(await Authorization.AuthorizeAsync(HttpContext.User, Policies.Proven)).Succeeded)
            Navigation.NavigateTo(ConfirmIdentity.LinkBackTo(HttpContext.Request.Path));
        else
            await work(user);
    });

    /// <summary>Runs <paramref name="work"/> for the user who is signed in.</summary>
    private protected Task WithUserAsync(UserManager<DashboardUser> users, Func<DashboardUser, Task> work) => WithStorageAsync(async () =>
    {
        if (await users.GetUserAsync(HttpContext.User) is { } user)
            await work(user);
        else
            Refuse(StatusCodes.Status403Forbidden, "You have no account here.");
    });

    /// <summary>Shows the form again, with what is wrong.</summary>
    protected void Refuse(int statusCode, params IReadOnlyList<string> messages)
    {
        HttpContext.Response.StatusCode = statusCode;
        Messages = messages;
    }

    /// <summary>Shows the form again after too many wrong passwords from one address.</summary>
    private protected void Refuse(SignInOutcome.Throttled throttled)
    {
        int seconds = (int)Math.Ceiling(throttled.RetryAfter.TotalSeconds);
        HttpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Refuse(StatusCodes.Status429TooManyRequests, $"Too many wrong passwords from your address. Try again in {(seconds + 59) / 60} min.");
    }

    private void ShowUnavailable(StorageStatus status)
    {
        HttpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        HttpContext.Response.Headers.RetryAfter = "5";
        Unavailable = status;
    }
}
