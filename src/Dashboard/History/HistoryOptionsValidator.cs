using Microsoft.Extensions.Options;

using Npgsql;

namespace Dashboard.History;

/// <summary>Finds every mistake in the section at once, each under its key, with a value that would do.</summary>
internal sealed class HistoryOptionsValidator : IValidateOptions<HistoryOptions>
{
    private static readonly TimeSpan s_longestFlushInterval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_longestKept = TimeSpan.FromDays(36_525);

    /// <summary>Minutes go by whole days, and an hour of a day that is still there may be added up again.</summary>
    private static readonly TimeSpan s_sessionsOutliveMinutesBy = TimeSpan.FromDays(2);

    public ValidateOptionsResult Validate(string? name, HistoryOptions options)
    {
        ValidateOptionsResultBuilder errors = new();
        if (!string.IsNullOrWhiteSpace(options.ConnectionString))
            CheckConnectionString(options.ConnectionString, errors);
        else if (string.IsNullOrWhiteSpace(options.DataDirectory))
            errors.AddError("is empty; a folder is needed for the private PostgreSQL, for example \"data\".", Key(nameof(options.DataDirectory)));
        else if (options.DataDirectory.AsSpan().ContainsAny('\0', '\n', '\r'))
            errors.AddError("holds a control character; a plain path is needed, for example \"data\".", Key(nameof(options.DataDirectory)));

        if (options.FlushInterval < TimeSpan.FromSeconds(1) || options.FlushInterval > s_longestFlushInterval)
            errors.AddError("must lie between 00:00:01 and 00:05:00, for example \"00:00:10\".", Key(nameof(options.FlushInterval)));
        CheckRetention(options, errors);
        return errors.Build();
    }

    private static void CheckRetention(HistoryOptions options, ValidateOptionsResultBuilder errors)
    {
        CheckBetween(nameof(options.KeepMinutes), options.KeepMinutes, TimeSpan.FromDays(2), s_longestKept, errors);
        CheckBetween(nameof(options.KeepEvents), options.KeepEvents, TimeSpan.FromDays(1), s_longestKept, errors);
        // Coarse sums stand in for the finer ones that are gone, and without its session nobody knows whose a minute was.
        CheckAtLeast(nameof(options.KeepHours), options.KeepHours, nameof(options.KeepMinutes), options.KeepMinutes, errors);
        CheckAtLeast(nameof(options.KeepDays), options.KeepDays, nameof(options.KeepHours), options.KeepHours, errors);
        TimeSpan leastSessions = options.KeepMinutes < s_longestKept - s_sessionsOutliveMinutesBy ? options.KeepMinutes + s_sessionsOutliveMinutesBy : s_longestKept;
        CheckAtLeast(nameof(options.KeepSessions), options.KeepSessions, $"{nameof(options.KeepMinutes)} and two days", leastSessions, errors);
    }

    private static void CheckBetween(string property, TimeSpan value, TimeSpan least, TimeSpan most, ValidateOptionsResultBuilder errors)
    {
        if (value < least || value > most)
            errors.AddError($"must lie between {least:c} and {most:c}, for example \"30.00:00:00\" for 30 days.", Key(property));
    }

    private static void CheckAtLeast(string property, TimeSpan value, string other, TimeSpan least, ValidateOptionsResultBuilder errors)
    {
        if (value < least || value > s_longestKept)
            errors.AddError($"must be at least {other} ({least:c}) and at most {s_longestKept:c}, for example \"400.00:00:00\" for 400 days.", Key(property));
    }

    private static void CheckConnectionString(string connectionString, ValidateOptionsResultBuilder errors)
    {
        const string Example = "for example \"Host=db.example.net;Database=openvpn_dashboard;Username=dashboard;Passfile=/etc/dashboard/pgpass\".";
        try
        {
            if (string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(connectionString).Host))
                errors.AddError("names no Host; " + Example, Key(nameof(HistoryOptions.ConnectionString)));
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The text is not repeated: it may hold a password.
            errors.AddError("is not a connection string of Npgsql; " + Example, Key(nameof(HistoryOptions.ConnectionString)));
        }
    }

    private static string Key(string property) => $"{HistoryOptions.SectionName}:{property}";
}
