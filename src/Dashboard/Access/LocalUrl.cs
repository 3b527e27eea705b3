namespace Dashboard.Access;

/// <summary>Where a sign-in may lead: an address within the dashboard, so that a link to the sign-in page cannot send anybody elsewhere.</summary>
internal static class LocalUrl
{
    public const string Home = "/";

    /// <summary><paramref name="url"/> if it stays here, else the home page.</summary>
    public static string OrHome(string? url) => IsLocal(url) ? url! : Home;

    // "//host" and "/\host" name another host; browsers drop tabs and line breaks, so "/<tab>/host" does, too.
    private static bool IsLocal(string? url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl);
}
