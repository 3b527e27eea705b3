using Dashboard.Access.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access;

/// <summary>What the cookie adds to the framework's: API calls are answered instead of redirected, and an outage of the database signs nobody out.</summary>
internal sealed class CookieEvents(SignInSessions sessions) : CookieAuthenticationEvents
{
    /// <summary>
    /// A cookie whose session was ended, or whose user has changed, is worth nothing from the next request on. While the
    /// database is away the live view goes on for those who were signed in.
    /// </summary>
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (context.Principal is { } principal && await sessions.MayGoOnAsync(principal, context.HttpContext.RequestAborted))
            return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (!AccessResponses.WantsPage(context.HttpContext))
            return AccessResponses.UnauthorizedAsync(context.HttpContext);
        // What was posted is lost with the redirect, and its address may show nothing when it is merely opened.
        HttpRequest request = context.Request;
        string here = HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString : LocalUrl.Home;
        context.Response.Redirect(LocalUrl.OnHost(request, LocalUrl.WithReturn(Components.Account.SignIn.Path, here)));
        return Task.CompletedTask;
    }

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (!AccessResponses.WantsPage(context.HttpContext))
            return AccessResponses.ForbiddenAsync(context.HttpContext, "Your role does not allow this.");
        context.Response.Redirect(LocalUrl.OnHost(context.Request, Components.Account.AccessDenied.Path));
        return Task.CompletedTask;
    }
}
