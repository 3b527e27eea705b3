using Dashboard.Access;
using Dashboard.Access.SingleSignOn;
using Dashboard.Access.Tokens;
using Dashboard.History;

using Npgsql;

namespace Dashboard.Settings;

/// <summary>The configuration file as it was at the start, apart from the environment and the command line.</summary>
internal sealed class ConfigurationFile
{
    private const string Section = "Dashboard";

    // What the framework reads from the same file.
    private static readonly string[] s_known = [Section, "Logging", "Urls", "AllowedHosts", "Kestrel", "$schema"];

    /// <param name="path">The whole path; a file that is not there says nothing.</param>
    /// <exception cref="InvalidDataException">It is no JSON.</exception>
    public ConfigurationFile(string path)
    {
        Path = path;
        using var content = (ConfigurationRoot)new ConfigurationBuilder().AddJsonFile(path, optional: true, reloadOnChange: false).Build();
        Mistakes = [.. content.GetChildren().Where(static child => !s_known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(static child => new SettingsMistake(child.Path, $"no such setting; the dashboard's own are within {Section}."))];
        IConfigurationSection access = content.GetSection(AccessOptions.SectionName);
        HoldsSecret =
            access.GetSection(nameof(AccessOptions.ApiTokens)).GetChildren().Any(static token => !string.IsNullOrEmpty(token[nameof(ApiTokenOptions.Token)]))
            || !string.IsNullOrEmpty(access[$"{nameof(AccessOptions.SingleSignOn)}:{nameof(SingleSignOnOptions.ClientSecret)}"])
            || HoldsPassword(content[$"{HistoryOptions.SectionName}:{nameof(HistoryOptions.ConnectionString)}"]);
    }

    public string Path { get; }

    /// <summary>Whether a token, a secret or the database's password stands in it rather than in a file of its own.</summary>
    public bool HoldsSecret { get; }

    /// <summary>Keys beside the dashboard's section that nobody reads: most likely it is misspelt.</summary>
    public IReadOnlyList<SettingsMistake> Mistakes { get; }

    private static bool HoldsPassword(string? connectionString)
    {
        try
        {
            return !string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connectionString).Password);
        }
        catch (ArgumentException)
        {
            return true; // it is told elsewhere what is wrong with it, and may hold anything
        }
    }
}
