using Dashboard.Access.Proxies;
using Dashboard.Access.Tokens;
using Microsoft.Extensions.Options;

namespace Dashboard.Settings;

internal static class ConfigurationSetup
{
    /// <summary>
    /// Reads <c>appsettings.json</c> from the root folder (<c>DASHBOARD_ROOT</c>, else the current one) or the file that
    /// <c>DASHBOARD_CONFIG</c> names; the environment (<c>Dashboard__…</c>) and the command line have the last word.
    /// </summary>
    public static void AddDashboardConfiguration(this WebApplicationBuilder builder, string[] args)
    {
        builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft"] = "Warning",
                [$"Logging:LogLevel:{typeof(ApiTokenHandler).FullName}"] = "Warning", // the framework's own line for each request without a token
                ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical", // what stops a start is told without a stack trace
            },
        });
        string file = FindFile();
        try
        {
            builder.Configuration.AddJsonFile(file, optional: true, reloadOnChange: false);
            builder.Services.AddSingleton(new ConfigurationFile(file));
        }
        catch (InvalidDataException e)
        {
            throw new SettingsException([$"{file}: {e.GetBaseException().Message}"]);
        }
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddCommandLine(args);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        // What is no address is told by CheckSettings, together with everything else.
        builder.WebHost.UseUrls([.. Urls(builder.Configuration).Where(url => CheckUrl(url) is null)]);
    }

    /// <exception cref="SettingsException">With every mistake of the configuration.</exception>
    public static void CheckSettings(this WebApplication app)
    {
        List<string> errors = [.. app.Services.GetRequiredService<ConfigurationFile>().Mistakes.Select(static mistake => mistake.ToString())];
        foreach (SettingsMistake mistake in SettingsCheck.Find(app.Configuration.GetSection("Dashboard"), typeof(DashboardSettings)).ToArray())
        {
            errors.Add(mistake.ToString());
            app.Configuration[mistake.Key] = null; // so that the validators can look at the rest
        }
        errors.AddRange(Urls(app.Configuration).Select(CheckUrl).OfType<string>());
        errors.AddRange(PathMistakes(app.Configuration).Select(static mistake => mistake.ToString()));
        try
        {
            app.Services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (Exception e)
        {
            errors.AddRange(Flatten(e));
        }
        if (errors.Count > 0)
            throw new SettingsException(errors);
    }

    /// <summary>The addresses to listen on.</summary>
    public static string[] Urls(IConfiguration configuration) =>
        (configuration["Dashboard:Urls"] ?? configuration["Urls"] ?? DashboardApp.DefaultUrls).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Null where the address can be listened on, as far as its text tells.</summary>
    private static string? CheckUrl(string url)
    {
        try
        {
            BindingAddress address = BindingAddress.Parse(url);
            return address.PathBase.Length > 0
                ? $"Dashboard:Urls: '{url}' has a path: write {url[..url.LastIndexOf(address.PathBase, StringComparison.Ordinal)]} here{(PathBase.Likely(address.PathBase) is { } meant ? $", and {meant} as {PathBase.Key}" : "")}."
                : address.Scheme is "http" or "https" && address.Port <= ushort.MaxValue
                ? null
                : $"Dashboard:Urls: '{url}' is not an address such as http://127.0.0.1:8080 or https://*:8443.";
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return $"Dashboard:Urls: '{url}' is not an address such as http://127.0.0.1:8080.";
        }
    }

    /// <summary>What is wrong with the path under which browsers see the dashboard, which two settings tell.</summary>
    internal static IEnumerable<SettingsMistake> PathMistakes(IConfiguration configuration)
    {
        const string PublicUrl = "Dashboard:PublicUrl";
        string path = PathBase.Of(configuration);
        string? mistake = PathBase.FindMistake(path);
        if (mistake is not null)
            yield return new(PathBase.Key, mistake);
        if (configuration[PublicUrl] is not { Length: > 0 } told)
            yield break;
        if (!(Uri.TryCreate(told, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"))
            yield return new(PublicUrl, $"'{told}' is not an address such as https://vpn.example.net.");
        else if (url.AbsolutePath.TrimEnd('/') is var shown && shown != path && mistake is null)
            yield return new(PublicUrl, path.Length > 0
                ? $"'{told}' does not end with {PathBase.Key}: write {url.GetLeftPart(UriPartial.Authority)}{path}."
                : $"'{told}' has a path: write it as {PathBase.Key}, too{(PathBase.Likely(shown) is { } meant ? $": {meant}" : "")}.");
    }

    private static string FindFile()
    {
        if (Environment.GetEnvironmentVariable("DASHBOARD_CONFIG") is not { Length: > 0 } named)
            return Path.Combine(Path.GetFullPath(Environment.GetEnvironmentVariable("DASHBOARD_ROOT") ?? "."), "appsettings.json");
        return File.Exists(named) ? Path.GetFullPath(named) : throw new SettingsException([$"DASHBOARD_CONFIG: the file '{named}' does not exist or cannot be read."]);
    }

    private static IEnumerable<string> Flatten(Exception e) => e switch
    {
        AggregateException many => many.InnerExceptions.SelectMany(Flatten),
        OptionsValidationException invalid => invalid.Failures,
        _ => [e.Message],
    };
}
