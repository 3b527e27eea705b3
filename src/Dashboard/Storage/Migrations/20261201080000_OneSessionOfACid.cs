using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class OneSessionOfACid : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The name was a part of a session's id: a client that was listed as UNDEF during its handshake, or whose name changed
            // when it signed in, became two sessions, and both have the bytes of the first. The one with the most bytes has all of
            // them. What other sessions of its CID and beginning have been seen from elsewhere were imported from lists without
            // CIDs, and get one of their own.
            migrationBuilder.Sql("""
                CREATE TEMPORARY TABLE session_twin ON COMMIT DROP AS
                    WITH ranked AS (
                        SELECT number, server_id, connected_since, addresses, first_value(number) OVER most AS kept
                        FROM session
                        WINDOW most AS (PARTITION BY server_id, cid, connected_since ORDER BY received::numeric + sent DESC, last_seen DESC, number)
                    )
                    SELECT ranked.number, ranked.server_id, ranked.connected_since, kept, ranked.addresses && session.addresses AS is_same
                    FROM ranked JOIN session ON session.number = kept WHERE ranked.number <> kept;

                INSERT INTO rollup_due (grain, at)
                    SELECT DISTINCT 0, date_trunc('hour', minute, 'UTC') FROM traffic WHERE session = ANY (ARRAY(SELECT number FROM session_twin WHERE is_same));
                DELETE FROM traffic WHERE session = ANY (ARRAY(SELECT number FROM session_twin WHERE is_same));
                UPDATE session SET first_seen = LEAST(session.first_seen, twin.first_seen)
                    FROM (SELECT kept, min(first_seen) AS first_seen FROM session_twin JOIN session USING (number) WHERE is_same GROUP BY kept) AS twin
                    WHERE session.number = twin.kept;
                DELETE FROM session WHERE number IN (SELECT number FROM session_twin WHERE is_same);

                UPDATE session SET cid = free.cid
                    FROM (
                        SELECT number, (SELECT max(cid) FROM session AS other WHERE other.server_id = twin.server_id AND other.connected_since = twin.connected_since)
                            + row_number() OVER (PARTITION BY server_id, connected_since ORDER BY number) AS cid
                        FROM session_twin AS twin WHERE NOT is_same
                    ) AS free
                    WHERE session.number = free.number;

                UPDATE session SET id = encode(substring(sha256(convert_to(
                        server.name || E'\x1f' || session.cid || E'\x1f' || extract(epoch FROM session.connected_since)::bigint, 'UTF8')) FROM 1 FOR 16), 'hex')::uuid
                    FROM server WHERE server.id = session.server_id;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                UPDATE session SET id = encode(substring(sha256(convert_to(
                        server.name || E'\x1f' || session.cid || E'\x1f' || extract(epoch FROM session.connected_since)::bigint || E'\x1f' || vpn_user.common_name, 'UTF8')) FROM 1 FOR 16), 'hex')::uuid
                    FROM server, vpn_user WHERE server.id = session.server_id AND vpn_user.id = session.user_id;
                """);
        }
    }
}
