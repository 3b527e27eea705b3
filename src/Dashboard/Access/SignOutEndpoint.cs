using Dashboard.Access.Audit;
using Dashboard.Access.Sessions;
using Dashboard.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access;

/// <summary>Ends the session. Any form with an antiforgery token may post here, also one within a circuit.</summary>
internal static class SignOutEndpoint
{
    public const string Path = "account/sign-out";

    // Ordered before the page of the same address, which only asks and takes no post.
    public static void Map(WebApplication app) => app.MapPost("/" + Path, SignOutAsync).RequireAuthorization().WithOrder(-1);

    private static async Task<IResult> SignOutAsync(
        HttpContext context, IAntiforgery antiforgery, SignInManager<DashboardUser> signIn, SessionIssuer sessions, AccountTrail trail, ILogger<SignInService> logger)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
            return TypedResults.BadRequest();
        try
        {
            await sessions.EndAsync(context.User, context.RequestAborted);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            Log.SessionNotChecked(logger, e, new VisibleText(context.User.Identity?.Name)); // the cookie goes all the same
        }
        await signIn.SignOutAsync();
        trail.Done(Caller.From(context.User), AccountActions.SignOut);
        return TypedResults.LocalRedirect(LocalUrl.OnHost(context.Request, context.User.SignInMethod() is null ? Components.Account.SignIn.Path : Components.Account.SignedOut.Path));
    }
}
