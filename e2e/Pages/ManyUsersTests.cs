using System.Globalization;

using E2E.Browsers;
using E2E.Program;

using Microsoft.Playwright;

using Npgsql;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>A company with more users than a page can hold rows.</summary>
public sealed class ManyUsersTests(Browser browser)
{
    private const int Many = 5000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thousands_of_users_are_sorted_scrolled_through_and_found()
    {
        await using DashboardProgram program = await DashboardProgram.StartAsync(new { }, cancellationToken: Cancel);
        IBrowserContext context = await browser.NewContextAsync(Screen.Light, program.Address.ToString());
        IPage page = await context.NewPageAsync();
        await using Visit visit = new(context, page);
        await Account.CreateFirstAdministratorAsync(page, await program.WaitForFirstAdminLinkAsync(Cancel));
        await using NpgsqlDataSource database = await ProgramDatabase.OpenAsync(program, Cancel);
        await database.ExecuteAsync(
            string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO dashboard_user
                SELECT (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), 'user_name', 'user' || number, 'normalized_user_name', 'USER' || number))).*
                FROM dashboard_user AS one, generate_series(1, {Many}) AS number
                """),
            Cancel);

        await visit.GotoAsync("/settings/users");
        ILocator table = page.GetByRole(AriaRole.Table, new() { Name = "Users" });
        await Expect(page.GetByText("5,001 users")).ToBeVisibleAsync();
        await Expect(table).ToHaveAttributeAsync("aria-rowcount", "5002");
        await Expect(table.GetByRole(AriaRole.Link, new() { Name = "ana", Exact = true })).ToBeVisibleAsync();
        Assert.InRange(await table.GetByRole(AriaRole.Row).CountAsync(), 10, 100);

        await page.GetByRole(AriaRole.Region, new() { Name = "Users: list" }).EvaluateAsync("list => list.scrollTo(0, list.scrollHeight)");
        await Expect(table.GetByRole(AriaRole.Link, new() { Name = "user999", Exact = true })).ToBeVisibleAsync();

        await page.GetByLabel("Find users").FillAsync("user4711");
        await Expect(table.GetByRole(AriaRole.Link)).ToHaveTextAsync(["user4711"]);
        await visit.LookAsync("users-many");
        Assert.Empty(visit.Errors);
    }
}
