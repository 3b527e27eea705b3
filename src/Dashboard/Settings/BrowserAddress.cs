using Dashboard.Access.Proxies;

namespace Dashboard.Settings;

/// <summary>Where a browser finds the dashboard, for links that are printed.</summary>
internal static class BrowserAddress
{
    /// <summary>
    /// <c>Dashboard:PublicUrl</c>, without a slash at its end; else the first of the addresses that are listened on, where one that
    /// stands for all addresses becomes 127.0.0.1, and the path under which the dashboard lives. Empty where there is none.
    /// </summary>
    public static string Of(IConfiguration configuration, IEnumerable<string> listening)
    {
        if (configuration["Dashboard:PublicUrl"] is { Length: > 0 } told)
            return told.TrimEnd('/');
        if (listening.Select(BindingAddress.Parse).FirstOrDefault(static address => !address.IsUnixPipe) is not { } bound)
            return "";
        string host = bound.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : bound.Host;
        return $"{bound.Scheme}://{host}:{bound.Port}{PathBase.Of(configuration)}";
    }
}
