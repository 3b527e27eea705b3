using Dashboard.Access.Audit;
using Dashboard.Access.Sessions;
using Dashboard.Fleet.Operations;
using Dashboard.Settings;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Access.Users;

/// <summary>
/// <c>dashboard user reset NAME</c>: for the day when no administrator can sign in. Whoever can run it reads the data
/// folder or the database's password, and so could change anything anyway. Works beside a running dashboard and without one.
/// </summary>
internal static class UserCommand
{
    public const string Usage = """
        Usage: dashboard user reset NAME

        Unlocks the user, forgets their password, authenticator app, recovery codes and passkeys, ends their sessions, and
        prints a link with which they choose a new password. Works beside a running dashboard, and without one.
        """;

    /// <param name="args">What follows <c>user</c>.</param>
    /// <param name="create">Composes the application, which is not started.</param>
    /// <returns>The exit code: 0 when it was done, 1 when it could not be, 2 when it is not understood.</returns>
    public static async Task<int> RunAsync(string[] args, Func<string[], WebApplication> create, TextWriter output, TextWriter error)
    {
        if (args is not ["reset", { Length: > 0 } name, ..] || name.StartsWith('-'))
        {
            await error.WriteLineAsync(Usage);
            return 2;
        }
        bool isReset = false;
        await using WebApplication app = create([.. args[2..], "--Logging:LogLevel:Default=Warning"]);
        try
        {
            await using CommandStorage storage = await CommandStorage.OpenAsync(app);
            await using AsyncServiceScope scope = app.Services.CreateAsyncScope();
            if (await ResetAsync(scope.ServiceProvider, name) is not var (user, link))
            {
                await error.WriteLineAsync($"No user is called '{HostileText.Visible(name)}'. There are: {await NamesAsync(scope.ServiceProvider)}.");
                return 1;
            }
            string address = BrowserAddress.Of(app.Configuration, ConfigurationSetup.Urls(app.Configuration));
            await output.WriteLineAsync(
                $"""
                {HostileText.Visible(name)} is unlocked, signed out, and has neither password nor second factor any more. This link sets a new password; it works once, within {PasswordLinks.Lifetime.TotalHours:0} hours:

                    {address}/{link}

                """);
            isReset = true;
            await RecordAsync(scope.ServiceProvider, user);
            return 0;
        }
        catch (Exception e) when (e is StorageException || StorageFailure.Is(e))
        {
            await error.WriteLineAsync($"{(isReset ? "This could not be put on record" : "Nothing was changed")}: {CommandStorage.Explain(e)}");
            return 1;
        }
    }

    /// <returns>With the path of the link; null when there is no such user.</returns>
    private static async Task<(DashboardUser User, string Link)?> ResetAsync(IServiceProvider services, string name)
    {
        var users = services.GetRequiredService<UserManager<DashboardUser>>();
        if (await users.FindByNameAsync(name) is not { } user)
            return null;
        string? link = null;
        await AccessLock.RunAsync(services.GetRequiredService<DashboardDbContext>(), async () =>
        {
            (user.LockoutEnd, user.AccessFailedCount, user.PasswordHash) = (null, 0, null);
            await services.GetRequiredService<SecondFactor>().RemoveAsync(user, default); // saves the lot, with a new security stamp
            foreach (UserPasskeyInfo passkey in await users.GetPasskeysAsync(user))
                await users.RemovePasskeyAsync(user, passkey.CredentialId);
            link = await services.GetRequiredService<PasswordLinks>().IssueAsync(user.Id, default);
            return true;
        }, CancellationToken.None);
        return (user, link!);
    }

    private static async Task RecordAsync(IServiceProvider services, DashboardUser user)
    {
        await services.GetRequiredService<SignInSessions>().EndOthersAsync(user.Id, except: null, default);
        AuditEntry entry = new(services.GetRequiredService<TimeProvider>().GetUtcNow(), new Caller("command line", CallerKind.Dashboard, null), AccountActions.ResetUser, nameof(OperationOutcome.Done)) { Details = user.UserName };
        await services.GetRequiredService<IAuditStore>().AppendAsync([entry], default); // nothing else runs here that would write it
    }

    private static async Task<string> NamesAsync(IServiceProvider services)
    {
        const int Most = 20;
        List<string?> names = await services.GetRequiredService<DashboardDbContext>().Users.OrderBy(static user => user.NormalizedUserName).Select(static user => user.UserName).Take(Most).ToListAsync();
        return names.Count == 0 ? "none" : string.Join(", ", names.Select(static name => HostileText.Visible(name ?? "")));
    }
}
