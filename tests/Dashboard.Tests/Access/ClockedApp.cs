using Dashboard.Access.Schema;
using Dashboard.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access;

/// <summary>One application with an administrator whose clock the tests turn. Each begins with <see cref="ResetAsync"/>.</summary>
public sealed class ClockedApp : IAsyncLifetime
{
    /// <summary>A server that is looked after, and never reached; "paris" is another.</summary>
    public const string Server = "edge";

    internal MovableClock Clock { get; } = new(standsStill: true);

    internal AccessApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await StartAsync(Clock);

    public ValueTask DisposeAsync() => App.DisposeAsync();

    /// <summary>The same for a test that breaks it.</summary>
    internal static async Task<AccessApp> StartAsync(MovableClock clock) =>
        await AccessApp.StartWithAdminAsync(
            await TestDatabase.NewAsync(),
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.Configuration["Dashboard:Servers:0:Name"] = Server;
                builder.Configuration["Dashboard:Servers:0:Endpoint"] = "tcp://127.0.0.1:1";
                builder.Configuration["Dashboard:Servers:1:Name"] = "paris";
                builder.Configuration["Dashboard:Servers:1:Endpoint"] = "tcp://127.0.0.1:1";
            },
            AccessFixture.MapProbes);

    /// <summary>Nobody but the administrator, who has nothing but a password; no token; and no limit that an earlier test has reached.</summary>
    internal Task ResetAsync()
    {
        Clock.Advance(TimeSpan.FromMinutes(10));
        return App.QueryAsync(static async database =>
        {
            await database.Users.Where(static user => user.UserName != AccessApp.AdminName).ExecuteDeleteAsync();
            await database.Set<SignInSessionRow>().ExecuteDeleteAsync();
            await database.Set<RecoveryCodeRow>().ExecuteDeleteAsync();
            await database.Set<ApiTokenRow>().ExecuteDeleteAsync();
            return await database.Users.ExecuteUpdateAsync(static set => set
                .SetProperty(static user => user.TotpKey, (string?)null)
                .SetProperty(static user => user.TwoFactorEnabled, false)
                .SetProperty(static user => user.AccessFailedCount, 0)
                .SetProperty(static user => user.LockoutEnd, (DateTimeOffset?)null));
        });
    }
}
