using Microsoft.Playwright;

namespace E2E.Pages;

/// <summary>Becoming the administrator, and signing in as the one who did.</summary>
internal static class Account
{
    private const string UserName = "ana";
    private const string Password = "correct horse battery staple";

    /// <param name="link">Path and query of the one-time link.</param>
    public static async Task CreateFirstAdministratorAsync(IPage page, string link)
    {
        await page.GotoAsync(link);
        await page.GetByLabel("User name").FillAsync(UserName);
        await page.GetByLabel("New password").FillAsync(Password);
        await page.GetByLabel("The same again").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and sign in" }).ClickAsync();
        await SignedInAsync(page);
    }

    public static async Task SignInAsync(IPage page)
    {
        await page.GotoAsync("/account/sign-in");
        await FillInAsync(page);
    }

    /// <summary>The sign-in page is open.</summary>
    public static async Task FillInAsync(IPage page)
    {
        await page.GetByLabel("User name").FillAsync(UserName);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await SignedInAsync(page);
    }

    /// <summary>The administrator invites an operator of all servers, who chooses a password and is signed in.</summary>
    public static async Task InviteAsync(Visit administrator, string userName, IPage invited)
    {
        IPage page = administrator.Page;
        await administrator.GotoAsync("/settings/users");
        await page.GetByLabel("User name").FillAsync(userName);
        await page.GetByText("Disconnects clients, signals and holds servers.").ClickAsync();
        await page.GetByText("Also those that are added later.").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the user" }).ClickAsync();
        await invited.GotoAsync(await page.GetByLabel($"The link for {userName}").InputValueAsync());
        await invited.GetByLabel("New password").FillAsync(Password);
        await invited.GetByLabel("The same again").FillAsync(Password);
        await invited.GetByRole(AriaRole.Button, new() { Name = "Save the password" }).ClickAsync();
        await SignedInAsync(invited);
    }

    private static Task SignedInAsync(IPage page) =>
        Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
}
