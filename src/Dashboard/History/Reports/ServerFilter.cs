using Dashboard.Access;

namespace Dashboard.History.Reports;

/// <summary>The servers that a query is about: the one that was asked for, as far as the caller may see it. Needs <see cref="ReportParameters.Servers"/>.</summary>
internal static class ServerFilter
{
    /// <summary>For tables with a <c>server_id</c>.</summary>
    public const string ById = "(@servers::text[] IS NULL OR server_id = ANY (ARRAY(SELECT id FROM server WHERE name = ANY (@servers))))";

    /// <summary>For tables in which server 0 is all of them together.</summary>
    public const string WithTotal = "server_id = ANY (CASE WHEN @servers::text[] IS NULL THEN ARRAY[0] ELSE ARRAY(SELECT id FROM server WHERE name = ANY (@servers)) END)";

    /// <summary>Null for all of them.</summary>
    public static string[]? Names(ServerAccess access, string? server) => server switch
    {
        null => access.Servers?.Select(StoredText.Clean).ToArray(),
        _ when access.Includes(server) => [StoredText.Clean(server)],
        _ => [],
    };
}
