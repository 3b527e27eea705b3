using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class HistoryReportsFromIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_session_connected_since_number",
                table: "session");

            migrationBuilder.CreateIndex(
                name: "ix_session_connected_since_number",
                table: "session",
                columns: new[] { "connected_since", "number" })
                .Annotation("Npgsql:IndexInclude", new[] { "user_id", "server_id" });

            // A year of a server is thousands of wide rows, of which sums need two numbers.
            migrationBuilder.Sql("CREATE INDEX ix_server_hour_hour ON server_hour (hour) INCLUDE (server_id, received, sent)");

            // Every host that a session was seen from or had in the tunnel, to be found by how it begins. Without ports, of which
            // each connection has another: equal keys are folded. What stands behind an IPv4 address or a bracket is a port.
            migrationBuilder.Sql("""
                CREATE FUNCTION session_hosts(addresses text[], virtual_address text, virtual_address6 text) RETURNS tsvector
                LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
                    SELECT array_to_tsvector(ARRAY(
                        SELECT host FROM unnest(addresses || virtual_address || virtual_address6) AS address,
                            LATERAL (SELECT translate(regexp_replace(regexp_replace(lower(address), '^(udp|tcp)[46]?(-\w*)?:', ''), '(\]|\.\d+):\d+$', '\1'), '[]', '')) AS hosts (host)
                        WHERE host <> ''))
                $$;
                CREATE INDEX ix_session_hosts ON session USING gin (session_hosts(addresses, virtual_address, virtual_address6)) WITH (fastupdate = off);
                """);

            // Most people are on one server: without this the planner takes them for four times as many, and counts on one core.
            migrationBuilder.Sql("CREATE STATISTICS session_server_user (ndistinct) ON server_id, user_id FROM session");

            // Up to when the sums of a grain hold what goes on.
            migrationBuilder.Sql("CREATE TABLE rollup_state (grain smallint NOT NULL CONSTRAINT pk_rollup_state PRIMARY KEY, as_of timestamptz NOT NULL)");

            // Else the planner would know nothing of the new indexes until a tenth of the sessions are new.
            migrationBuilder.Sql("ANALYZE session; ANALYZE server_hour");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                DROP TABLE rollup_state;
                DROP STATISTICS session_server_user;
                DROP INDEX ix_session_hosts, ix_server_hour_hour;
                DROP FUNCTION session_hosts;
                """);

            migrationBuilder.DropIndex(
                name: "ix_session_connected_since_number",
                table: "session");

            migrationBuilder.CreateIndex(
                name: "ix_session_connected_since_number",
                table: "session",
                columns: new[] { "connected_since", "number" });
        }
    }
}
