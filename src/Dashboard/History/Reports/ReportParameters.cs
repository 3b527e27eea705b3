using Dashboard.Access;

using Npgsql;

using NpgsqlTypes;

namespace Dashboard.History.Reports;

/// <summary>Parameters by their type: one that is null has one too.</summary>
internal static class ReportParameters
{
    public static void Text(this NpgsqlParameterCollection parameters, string name, string? value) =>
        parameters.AddWithValue(name, NpgsqlDbType.Text, value is null ? DBNull.Value : StoredText.Clean(value));

    /// <summary><see cref="ServerFilter"/>'s parameter.</summary>
    public static void Servers(this NpgsqlParameterCollection parameters, ServerAccess access, string? server) =>
        parameters.AddWithValue("servers", NpgsqlDbType.Array | NpgsqlDbType.Text, ServerFilter.Names(access, server) is { } names ? names : DBNull.Value);

    public static void Instant(this NpgsqlParameterCollection parameters, string name, DateTimeOffset? value) =>
        parameters.AddWithValue(name, NpgsqlDbType.TimestampTz, value is { } instant ? instant.UtcDateTime : DBNull.Value);

    public static void Instants(this NpgsqlParameterCollection parameters, string name, IEnumerable<DateTimeOffset> values) =>
        parameters.AddWithValue(name, NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, values.Select(value => value.UtcDateTime).ToArray());

    public static void Day(this NpgsqlParameterCollection parameters, string name, DateTimeOffset value) =>
        parameters.AddWithValue(name, NpgsqlDbType.Date, DateOnly.FromDateTime(value.UtcDateTime));

    public static void Number(this NpgsqlParameterCollection parameters, string name, int value) => parameters.AddWithValue(name, NpgsqlDbType.Integer, value);

    public static void Number(this NpgsqlParameterCollection parameters, string name, long? value) =>
        parameters.AddWithValue(name, NpgsqlDbType.Bigint, value is { } number ? number : DBNull.Value);

    /// <summary>A text to look for as it stands, in any case: <c>%</c> and <c>_</c> are themselves.</summary>
    public static string Contains(string text) =>
        $"%{StoredText.Clean(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";

    public static int Limit(int limit) =>
        limit is >= 1 and <= 1000 ? limit : throw new HistoryQueryException("The limit must lie between 1 and 1000.");
}
