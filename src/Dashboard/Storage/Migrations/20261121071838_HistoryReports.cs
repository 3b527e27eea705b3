using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class HistoryReports : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_session_user_id",
                table: "session");

            migrationBuilder.AddColumn<string[]>(
                name: "addresses",
                table: "session",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.CreateIndex(
                name: "ix_session_connected_since_number",
                table: "session",
                columns: new[] { "connected_since", "number" });

            migrationBuilder.CreateIndex(
                name: "ix_session_ended_not_after",
                table: "session",
                column: "ended_not_after");

            migrationBuilder.CreateIndex(
                name: "ix_session_user_id_number",
                table: "session",
                columns: new[] { "user_id", "number" });

            migrationBuilder.Sql("UPDATE session SET addresses = ARRAY[real_address]");

            // Sums of sums, cut by time like the raw rows, so that old ones are dropped whole. Several rows of one key add up:
            // rows that come after their source was dropped are put beside what is there. server_hour is small and has one row
            // for each key; server 0 is all servers together.
            migrationBuilder.Sql("""
                CREATE TABLE traffic_hour (
                    hour timestamptz NOT NULL,
                    received bigint NOT NULL,
                    sent bigint NOT NULL,
                    server_id integer NOT NULL,
                    user_id integer NOT NULL
                ) PARTITION BY RANGE (hour);
                CREATE INDEX ix_traffic_hour_user_id ON traffic_hour (user_id);
                CREATE INDEX ix_traffic_hour_hour ON traffic_hour USING brin (hour) WITH (pages_per_range = 32);

                CREATE TABLE traffic_day (
                    received bigint NOT NULL,
                    sent bigint NOT NULL,
                    day date NOT NULL,
                    server_id integer NOT NULL,
                    user_id integer NOT NULL
                ) PARTITION BY RANGE (day);
                CREATE INDEX ix_traffic_day_user_id ON traffic_day (user_id);
                CREATE INDEX ix_traffic_day_day ON traffic_day USING brin (day) WITH (pages_per_range = 32);

                CREATE TABLE traffic_month (
                    received bigint NOT NULL,
                    sent bigint NOT NULL,
                    month date NOT NULL,
                    server_id integer NOT NULL,
                    user_id integer NOT NULL
                );
                CREATE INDEX ix_traffic_month_month ON traffic_month (month);

                CREATE TABLE server_hour (
                    server_id integer NOT NULL,
                    hour timestamptz NOT NULL,
                    received bigint NOT NULL,
                    sent bigint NOT NULL,
                    peak_clients integer NOT NULL,
                    received_by_five bigint[] NOT NULL,
                    sent_by_five bigint[] NOT NULL,
                    CONSTRAINT pk_server_hour PRIMARY KEY (server_id, hour)
                ) PARTITION BY RANGE (hour);

                CREATE TABLE server_month (
                    server_id integer NOT NULL,
                    month date NOT NULL,
                    received bigint NOT NULL,
                    sent bigint NOT NULL,
                    received_95 double precision NOT NULL,
                    sent_95 double precision NOT NULL,
                    peak_clients integer NOT NULL,
                    samples integer NOT NULL,
                    as_of timestamptz NOT NULL,
                    CONSTRAINT pk_server_month PRIMARY KEY (server_id, month)
                );
                """);

            // Who writes rows leaves a mark for their hour in the same transaction; who adds an hour up takes the marks that
            // it sees away first. A mark that is not committed yet stays, and so no row is ever forgotten. Marks may repeat.
            // kept_since: what is older has been dropped, so its sums can be added to but not be made anew.
            migrationBuilder.Sql("""
                CREATE TABLE rollup_due (grain smallint NOT NULL, at timestamptz NOT NULL);
                CREATE INDEX ix_rollup_due_grain_at ON rollup_due (grain, at);
                INSERT INTO rollup_due SELECT DISTINCT 0, date_trunc('hour', minute, 'UTC') FROM traffic;
                CREATE TABLE history_horizon (name text NOT NULL CONSTRAINT pk_history_horizon PRIMARY KEY, kept_since timestamptz NOT NULL);
                """);

            // Daemons tell whole seconds, and equal keys are folded: with the id in them these indexes would be four times as
            // large. The few events of one second are put in order when they are read. Of what is no log there is little.
            migrationBuilder.Sql("""
                CREATE SEQUENCE event_id AS bigint CACHE 100;
                CREATE TABLE event (
                    at timestamptz NOT NULL,
                    id bigint NOT NULL DEFAULT nextval('event_id'),
                    server_id integer NOT NULL,
                    kind smallint NOT NULL,
                    severity smallint NOT NULL,
                    client text,
                    address text,
                    text text NOT NULL
                ) PARTITION BY RANGE (at);
                CREATE INDEX ix_event_at ON event (at);
                CREATE INDEX ix_event_server_id_at ON event (server_id, at);
                CREATE INDEX ix_event_other ON event (server_id, at) WHERE kind NOT IN (0, 4);
                CREATE INDEX ix_event_client ON event (client, at) WHERE client IS NOT NULL;
                CREATE INDEX ix_event_failed ON event (at) WHERE kind = 4;
                CREATE INDEX ix_event_text ON event USING gin (to_tsvector('simple', text));
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                DROP TABLE event, rollup_due, history_horizon, server_month, server_hour, traffic_month, traffic_day, traffic_hour;
                DROP SEQUENCE event_id;
                """);

            migrationBuilder.DropIndex(
                name: "ix_session_connected_since_number",
                table: "session");

            migrationBuilder.DropIndex(
                name: "ix_session_ended_not_after",
                table: "session");

            migrationBuilder.DropIndex(
                name: "ix_session_user_id_number",
                table: "session");

            migrationBuilder.DropColumn(
                name: "addresses",
                table: "session");

            migrationBuilder.CreateIndex(
                name: "ix_session_user_id",
                table: "session",
                column: "user_id");
        }
    }
}
