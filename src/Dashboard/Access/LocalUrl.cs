using Microsoft.AspNetCore.WebUtilities;

namespace Dashboard.Access;

/// <summary>
/// Addresses of the dashboard's own pages are relative to its base ("account/sign-in", "servers/paris?tab=log"), which is the root of a
/// host or a path of it (<see cref="Proxies.PathBase"/>). Links and forms say them as they are: the page's base element resolves them.
/// </summary>
internal static class LocalUrl
{
    public const string Home = "";

    private const string ReturnParameter = "returnUrl";

    // Any base with a path will do: what leaves it would leave the dashboard.
    private static readonly Uri s_base = new("http://dashboard/base/");

    /// <summary>
    /// Where a return address leads, a path such as "/servers/paris" whose first slash stands for the dashboard's base; the home page if it
    /// does not stay within the dashboard: a link to the sign-in page cannot send anybody elsewhere.
    /// </summary>
    public static string OrHome(string? returnUrl) => returnUrl is ['/', .. var link] && StaysHere(link) ? link : Home;

    /// <summary>The address of a page that leads on to <paramref name="target"/>, an address of ours.</summary>
    public static string WithReturn(string page, string target) =>
        OrHome(target is ['/', ..] ? target : "/" + target) is { Length: > 0 } link ? QueryHelpers.AddQueryString(page, ReturnParameter, "/" + link) : page;

    /// <summary>The same address as one on this host, for redirects, which have no base element.</summary>
    public static string OnHost(HttpRequest request, string link) => $"{request.PathBase}/{link}";

    // "/host" (with the slash that is gone, "//host") and "\host" name another host; browsers drop tabs and line breaks, so "/<tab>/host" does, too.
    private static bool StaysHere(string link) =>
        link is not ['/' or '\\', ..] && !link.Any(char.IsControl) && Uri.TryCreate(s_base, link, out Uri? resolved) && s_base.IsBaseOf(resolved);
}
