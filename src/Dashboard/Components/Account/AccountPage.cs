using System.Net;
using Dashboard.Access;
using Dashboard.Storage;
using Microsoft.AspNetCore.Components;

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
