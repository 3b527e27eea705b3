using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Dashboard.Tests.Access.Audit;

/// <summary>The audit trail on somebody's own PostgreSQL server, after <c>packaging/append-only-audit.sql</c>.</summary>
public sealed class AppendOnlyRoleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_dashboards_own_role_can_add_to_the_trail_and_neither_change_nor_remove_nor_unlock_it()
    {
        string role = $"role_{Guid.NewGuid():N}";
        var administrator = new NpgsqlConnectionStringBuilder(await TestDatabase.NewAsync()) { Pooling = false };
        string database = administrator.Database!;
        administrator.Database = "postgres";
        await ExecuteAsync(administrator, $"CREATE ROLE {role} LOGIN NOSUPERUSER PASSWORD 'test'");
        await ExecuteAsync(administrator, $"CREATE DATABASE {database} OWNER {role}");
        administrator.Database = database;
        var own = new NpgsqlConnectionStringBuilder(administrator.ConnectionString) { Username = role, Password = "test" };
        await using (AccessApp first = await AccessApp.StartAsync(own.ConnectionString))
            await WriteAsync(first, "before");

        string sql = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Installation.Path, "packaging", "append-only-audit.sql"), Cancel);
        await ExecuteAsync(administrator, System.Text.RegularExpressions.Regex.Replace(sql, @"\bDATABASE dashboard\b", $"DATABASE {database}", default, TimeSpan.FromSeconds(1))
            .Replace("audit_keeper", $"keeper_{role}", StringComparison.Ordinal)
            .Replace("TO dashboard;", $"TO {role};", StringComparison.Ordinal).Replace("PUBLIC, dashboard", $"PUBLIC, {role}", StringComparison.Ordinal));

        await using AccessApp app = await AccessApp.StartAsync(own.ConnectionString);
        await WriteAsync(app, "after");
        foreach (string attempt in (string[])
            [
                "UPDATE audit SET actor = 'somebody else'", "DELETE FROM audit", "TRUNCATE audit", "DROP TABLE audit", "DROP TABLE audit CASCADE",
                "ALTER TABLE audit DISABLE TRIGGER ALL", "DROP TRIGGER audit_is_append_only ON audit", "ALTER TABLE audit RENAME TO gone", "ALTER TABLE audit OWNER TO CURRENT_USER",
                "CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$", "DROP FUNCTION audit_is_append_only CASCADE",
                "CREATE RULE quiet AS ON INSERT TO audit DO INSTEAD NOTHING", "DROP SCHEMA public CASCADE", $"SET ROLE keeper_{role}", "SET session_replication_role = replica",
            ])
        {
            Exception? refusal = await Record.ExceptionAsync(() => ExecuteAsync(own, attempt));
            Assert.True(refusal is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.RaiseException }, $"{attempt}: {refusal?.Message ?? "done"}");
        }
        Assert.Equal(["before", "after"], await ActionsAsync(own));
    }

    private static async Task WriteAsync(AccessApp app, string action)
    {
        var trail = app.Services.GetRequiredService<AuditTrail>();
        trail.Write(new AuditEntry(DateTimeOffset.UtcNow, Caller.Dashboard, action, "Done"));
        await TestWait.ReadAsync(() => Task.FromResult(trail.Waiting), static waiting => waiting == 0);
    }

    private static async Task ExecuteAsync(NpgsqlConnectionStringBuilder where, string sql)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(where.ConnectionString);
        await using NpgsqlCommand command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static async Task<List<string>> ActionsAsync(NpgsqlConnectionStringBuilder where)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(where.ConnectionString);
        await using NpgsqlCommand command = source.CreateCommand("SELECT action FROM audit ORDER BY number");
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancel);
        List<string> actions = [];
        while (await reader.ReadAsync(Cancel))
            actions.Add(reader.GetString(0));
        return actions;
    }
}
