using Dashboard.Components.Account;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Dashboard.Access.SingleSignOn;

/// <summary>The ways to the identity provider and out of it. The way back is the handler's.</summary>
internal static class SingleSignOnEndpoints
{
    public const string CallbackPath = "account/single-sign-on/answer";

    private const string BeginPath = "account/single-sign-on/begin";
    private const string LeavePath = "account/single-sign-on/leave";

    /// <summary>Leads to the provider, and from there to <paramref name="target"/>, a path of ours.</summary>
    public static string LinkTo(string target, bool proveAgain = false) =>
        LocalUrl.WithReturn(BeginPath + (proveAgain ? "?again=true" : ""), target);

    public static string LeaveLink => LeavePath;

    /// <summary>Only where there is a provider.</summary>
    public static void Map(WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.SingleSignOn.Authority is null)
            return;
        app.MapGet("/" + BeginPath, BeginAsync).AllowAnonymous();
        app.MapGet("/" + LeavePath, LeaveAsync).AllowAnonymous();
    }

    private static async Task<IResult> BeginAsync(string? returnUrl, bool? again, ProviderConfiguration provider, TimeProvider time, ILogger<SingleSignOnEvents> logger, HttpContext context)
    {
        string complete = LocalUrl.OnHost(context.Request, CompleteSignIn.LinkTo(LocalUrl.OrHome(returnUrl)));
        try
        {
            await provider.GetConfigurationAsync(context.RequestAborted);
        }
        catch (SingleSignOnException e)
        {
            Log.SingleSignOnFailed(logger, context.Connection.RemoteIpAddress, new VisibleText(e.Message, 300));
            return TypedResults.LocalRedirect(complete);
        }
        var properties = new OpenIdConnectChallengeProperties { RedirectUri = complete };
        if (again is true)
            SingleSignOnEvents.ProveAgain(properties, time.GetUtcNow());
        return TypedResults.Challenge(properties, [SingleSignOnRegistration.SchemeName]);
    }

    // Tells the provider that somebody leaves (OpenID Connect RP-Initiated Logout 1.0); it asks them and leads them back.
    private static async Task<IResult> LeaveAsync(ProviderConfiguration provider, IOptions<AccessOptions> access, ILogger<SingleSignOnEvents> logger, HttpContext context)
    {
        try
        {
            if ((await provider.GetConfigurationAsync(context.RequestAborted)).EndSessionEndpoint is { Length: > 0 } address)
            {
                string back = $"{context.Request.Scheme}://{context.Request.Host}{LocalUrl.OnHost(context.Request, SignIn.Path)}";
                string there = QueryHelpers.AddQueryString(address, "client_id", access.Value.SingleSignOn.ClientId!);
                return TypedResults.Redirect(QueryHelpers.AddQueryString(there, "post_logout_redirect_uri", back));
            }
        }
        catch (SingleSignOnException e)
        {
            Log.SingleSignOnFailed(logger, context.Connection.RemoteIpAddress, new VisibleText(e.Message, 300));
        }
        return TypedResults.LocalRedirect(LocalUrl.OnHost(context.Request, SignedOut.Path));
    }
}
