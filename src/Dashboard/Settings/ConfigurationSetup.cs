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
        if (app.Configuration["Dashboard:PublicUrl"] is { Length: > 0 } told && !(Uri.TryCreate(told, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"))
            errors.Add($"Dashboard:PublicUrl: '{told}' is not an address such as https://vpn.example.net.");
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
            return address.Scheme is "http" or "https" && address.Port <= ushort.MaxValue
                ? null
                : $"Dashboard:Urls: '{url}' is not an address such as http://127.0.0.1:8080 or https://*:8443.";
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return $"Dashboard:Urls: '{url}' is not an address such as http://127.0.0.1:8080.";
        }
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
