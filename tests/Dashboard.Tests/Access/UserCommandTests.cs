using System.Net;
using Dashboard.Access.Audit;
using Dashboard.Access.Sessions;
using Dashboard.Access.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Dashboard.Tests.Access;

public sealed class UserCommandTests(ClockedApp shared) : IClassFixture<ClockedApp>, IAsyncLifetime
{
    private readonly AccessApp _app = shared.App;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await shared.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_locked_administrator_with_a_lost_second_factor_comes_back_by_the_link()
    {
        var principal = await _app.PrincipalAsync(AccessApp.AdminName);
        await _app.QueryAsync(database => database.Users.ExecuteUpdateAsync(set => set
            .SetProperty(user => user.LockoutEnd, DateTimeOffset.MaxValue).SetProperty(user => user.TwoFactorEnabled, true).SetProperty(user => user.TotpKey, "lost"), Cancel));

        (int code, string output, string error) = await RunAsync("reset", AccessApp.AdminName);
        string link = output.Split('\n').Single(static line => line.Contains(PasswordLinks.Path, StringComparison.Ordinal)).Trim();
        using Browser browser = new(_app.Address);
        using HttpResponseMessage withTheOldPassword = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        using HttpResponseMessage chosen = await browser.PostFormAsync(
            new Uri(link).PathAndQuery, ("newPassword", AccessApp.AdminPassword), ("repeatedPassword", AccessApp.AdminPassword));
        using HttpResponseMessage page = await browser.GetAsync("/settings/users");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(HttpStatusCode.Unauthorized, withTheOldPassword.StatusCode);
        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.OK), (chosen.StatusCode, page.StatusCode));
        Assert.False(await _app.Services.GetRequiredService<SignInSessions>().IsCurrentAsync(principal, Cancel));
        AuditRecord record = await _app.QueryAsync(database => database.Set<AuditRecord>().SingleAsync(each => each.Action == AccountActions.ResetUser, Cancel));
        Assert.Equal(("command line", AccessApp.AdminName), (record.Actor, record.Details));
    }

    [Fact]
    public async Task An_unknown_name_changes_nothing_and_the_known_ones_are_told()
    {
        (int code, string output, string error) = await RunAsync("reset", "nobody\u001b[31m");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(AccessApp.AdminName, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', error);
    }

    [Theory]
    [InlineData]
    [InlineData("reset")]
    [InlineData("reset", "--help")]
    [InlineData("delete", "grace")]
    public async Task What_is_not_understood_is_answered_with_what_is(params string[] args)
    {
        (int code, _, string error) = await RunAsync(args);

        Assert.Equal(2, code);
        Assert.StartsWith("Usage:", error, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        string database = _app.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString;
        using StringWriter output = new(), error = new();
        int code = await UserCommand.RunAsync(args, rest => DashboardApp.Create(new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardApp).Assembly.GetName().Name,
            Args = [.. rest, $"--Dashboard:History:ConnectionString={database}", $"--Dashboard:History:DataDirectory={Path.GetDirectoryName(_app.KeysFolder)}"],
        }), output, error);
        return (code, output.ToString(), error.ToString().Trim());
    }
}
