using Npgsql;

namespace Dashboard.History.Reports;

/// <summary>A query with what gives it its parameters.</summary>
internal readonly record struct ReportQuery(string Sql, Action<NpgsqlParameterCollection> Bind);
