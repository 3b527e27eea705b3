using System.Net;
using System.Net.Http.Headers;

using Dashboard.Storage;
using Dashboard.Tests.Access;

using Microsoft.Extensions.DependencyInjection;

using Npgsql;

namespace Dashboard.Tests.Storage;

/// <summary>The whole application on a database of a later release.</summary>
public sealed class NewerDatabaseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_of_a_newer_dashboard_is_told_to_people_and_costs_programs_only_the_history()
    {
        string database = await TestDatabase.MigratedAsync();
        await using (NpgsqlDataSource source = NpgsqlDataSource.Create(database))
        await using (NpgsqlCommand command = source.CreateCommand("""INSERT INTO "__EFMigrationsHistory" VALUES ('29990101000000_Future', '99')"""))
            await command.ExecuteNonQueryAsync(Cancel);
        await using AccessApp app = await AccessApp.StartAsync(database, whenReady: false);
        StorageState state = app.Services.GetRequiredService<StorageState>();
        await TestWait.UntilAsync(() => state.Current.Condition is StorageCondition.Unavailable);
        using HttpClient person = new() { BaseAddress = app.Address };
        using HttpClient program = new() { BaseAddress = app.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", AccessApp.AdminToken) } };

        using HttpResponseMessage signIn = await person.GetAsync("/account/sign-in", Cancel);
        using HttpResponseMessage servers = await program.GetAsync("/api/v1/servers", Cancel);
        using HttpResponseMessage history = await program.GetAsync("/api/v1/history/sessions", Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, signIn.StatusCode);
        Assert.Contains("The database was made by a newer dashboard (it has 29990101000000_Future): update this one.", await signIn.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, servers.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, history.StatusCode);
        Assert.Contains("update this one", await history.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
