using System.Net;

using AngleSharp.Dom;
using AngleSharp.Html.Dom;

using Dashboard.Access.Audit;
using Dashboard.Access.Schema;
using Dashboard.Storage;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access;

/// <summary>The forms of the account pages as no browser sends them: nothing acts on what was not typed.</summary>
public sealed class FormFieldsTests : IAsyncLifetime
{
    private readonly AccessFixture _fixture = new(); // one for each: who fails too often is told to wait

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private AccessApp App => _fixture.App;

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData("/account/password")]
    [InlineData("/account/confirm")]
    [InlineData("/account/authenticator")]
    [InlineData("/account/passkeys")]
    public async Task A_form_that_lacks_a_field_changes_nothing(string page)
    {
        string name = $"forms-{page.Split('/')[^1]}";
        await App.AddUserAsync(name, AccessApp.AdminPassword, "Admin");
        using Browser browser = new(new UriBuilder(App.Address) { Host = "localhost" }.Uri); // where passkeys work without https
        using HttpResponseMessage signedIn = await browser.SignInAsync(name, AccessApp.AdminPassword);
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        using HttpResponseMessage answer = await browser.GetAsync(page);
        IHtmlFormElement[] forms = [.. (await Browser.ReadAsync(answer)).Forms.Where(static form => Typed(form).Length > 0)];
        Assert.NotEmpty(forms);
        string before = await StateAsync();

        foreach (IHtmlFormElement form in forms)
        {
            string[] fields = Typed(form);
            foreach (string[] given in (string[][])[[], .. fields.Select(left => fields.Where(field => field != left).ToArray())])
            {
                foreach (string value in (string[])["", " ", AccessApp.AdminPassword])
                    (await browser.PostAsync(form, [.. given.Select(field => (field, value))])).Dispose();
            }
        }

        Assert.Equal(before, await StateAsync());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("grace", null)]
    [InlineData(null, AccessApp.AdminPassword)]
    [InlineData("", AccessApp.AdminPassword)]
    [InlineData(" grace", AccessApp.AdminPassword)]
    [InlineData("grace ", AccessApp.AdminPassword)]
    [InlineData("grace\t", AccessApp.AdminPassword)]
    [InlineData("grace", " " + AccessApp.AdminPassword)]
    public async Task Nobody_is_signed_in_by_less_than_a_name_and_a_password_or_by_nearly_a_name(string? userName, string? password)
    {
        using Browser browser = new(App.Address);
        string before = await StateAsync();
        (string, string)[] fields = [.. new[] { ("userName", userName), ("password", password) }.Where(static field => field.Item2 is not null).Select(static field => (field.Item1, field.Item2!))];

        (await browser.PostFormAsync("/account/sign-in", fields)).Dispose();

        Assert.Equal(before, await StateAsync());
    }

    private static string[] Typed(IHtmlFormElement form) =>
        [.. form.QuerySelectorAll<IHtmlInputElement>("input:not([type=hidden])").Select(static input => input.Name).OfType<string>()];

    // Everybody's secrets, who is signed in, and what is on record as done.
    private async Task<string> StateAsync()
    {
        await TestWait.ReadAsync(() => Task.FromResult(App.Services.GetRequiredService<AuditTrail>().Waiting), static waiting => waiting == 0);
        return await App.QueryAsync(ReadStateAsync);
    }

    private static async Task<string> ReadStateAsync(DashboardDbContext database)
    {
        string[] users = await database.Users.OrderBy(static user => user.Id).Select(static user => $"{user.UserName} {user.PasswordHash} {user.SecurityStamp} {user.TwoFactorEnabled}").ToArrayAsync(Cancel);
        Guid[] sessions = await database.Set<SignInSessionRow>().Select(static session => session.Id).OrderBy(static id => id).ToArrayAsync(Cancel);
        long done = await database.Set<AuditRecord>().LongCountAsync(static record => record.Outcome == "Done", Cancel);
        return $"{string.Join('\n', users)}\n{string.Join('\n', sessions)}\n{done}";
    }
}
