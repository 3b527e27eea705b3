using System.Text.RegularExpressions;

namespace Dashboard.Access.Proxies;

/// <summary><c>Dashboard:PathBase</c>: the path of a host under which browsers see the dashboard, such as <c>/vpn</c>; empty for the root.</summary>
internal static partial class PathBase
{
    public const string Key = "Dashboard:PathBase";

    // Where our own addresses begin. Under such a path a request without the prefix, which a proxy has removed, could not be told from one with it.
    private static readonly string[] s_own =
        ["_blazor", "_content", "_framework", "account", "api", "approvals", "audit", "clients", "Components", "css", "error", "events", "healthz", "hubs", "js", "lib", "metrics", "not-found", "openapi", "readyz", "reports", "servers", "sessions", "settings"];

    public static string Of(IConfiguration configuration) => configuration[Key] ?? "";

    /// <summary>What is wrong with the setting; null for nothing.</summary>
    public static string? FindMistake(string path) =>
        path.Length == 0 ? null
        : !IsPath(path) ? $"'{path}' is not a path such as /vpn{(Likely(path) is { } meant ? $": write {meant}" : "")}."
        : IsOwn(path) ? $"the dashboard has pages of its own under '{path}': choose another path, such as /vpn."
        : null;

    /// <summary>What was probably meant: without what a path cannot have; null where nothing is left.</summary>
    public static string? Likely(string path) =>
        "/" + path.Split('?', '#')[0].Trim().Trim('/') is var meant && IsPath(meant) ? meant : null;

    public static bool IsOwn(string path) => s_own.Contains(path.Split('/')[1], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Comes first. Some proxies pass the whole path on, others remove the prefix: either way it ends up in the request's
    /// <see cref="HttpRequest.PathBase"/>, from where cookies, redirects and the page's base element take it.
    /// </summary>
    public static void UsePathBase(this WebApplication app)
    {
        PathString pathBase = new(Of(app.Configuration));
        if (!pathBase.HasValue)
            return;
        app.Use((context, next) =>
        {
            HttpRequest request = context.Request;
            if (request.Path.StartsWithSegments(pathBase, StringComparison.Ordinal, out PathString rest))
                request.Path = rest.HasValue ? rest : "/";
            request.PathBase = pathBase;
            return next(context);
        });
    }

    private static bool IsPath(string path) => Path().IsMatch(path) && !path.Split('/').Any(static segment => segment is "." or "..");

    // Only characters that look the same in an address, a cookie and a proxy's configuration.
    [GeneratedRegex(@"\A(/[A-Za-z0-9._~-]+)+\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Path();
}
