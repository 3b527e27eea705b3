using System;

using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class History : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "server",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_server", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "vpn_user",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    common_name = table.Column<string>(type: "text", nullable: false),
                    username = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vpn_user", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "watch",
                columns: table => new
                {
                    server_id = table.Column<int>(type: "integer", nullable: false),
                    began = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_watch", x => new { x.server_id, x.began });
                    table.ForeignKey(
                        name: "fk_watch_server_server_id",
                        column: x => x.server_id,
                        principalTable: "server",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 70);

            migrationBuilder.CreateTable(
                name: "session",
                columns: table => new
                {
                    number = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    server_id = table.Column<int>(type: "integer", nullable: false),
                    user_id = table.Column<int>(type: "integer", nullable: false),
                    cid = table.Column<long>(type: "bigint", nullable: false),
                    connected_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    real_address = table.Column<string>(type: "text", nullable: false),
                    virtual_address = table.Column<string>(type: "text", nullable: true),
                    virtual_address6 = table.Column<string>(type: "text", nullable: true),
                    platform = table.Column<string>(type: "text", nullable: true),
                    cipher = table.Column<string>(type: "text", nullable: true),
                    first_seen = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_seen = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_not_after = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    end_reason = table.Column<string>(type: "text", nullable: true),
                    received = table.Column<long>(type: "bigint", nullable: false),
                    sent = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_session", x => x.number);
                    table.ForeignKey(
                        name: "fk_session_server_server_id",
                        column: x => x.server_id,
                        principalTable: "server",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_session_vpn_user_user_id",
                        column: x => x.user_id,
                        principalTable: "vpn_user",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 70);

            migrationBuilder.CreateIndex(
                name: "ix_server_name",
                table: "server",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_session_id",
                table: "session",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_session_server_id_ended_not_after",
                table: "session",
                columns: new[] { "server_id", "ended_not_after" });

            migrationBuilder.CreateIndex(
                name: "ix_session_user_id",
                table: "session",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_vpn_user_common_name_username",
                table: "vpn_user",
                columns: new[] { "common_name", "username" },
                unique: true);

            // 24 bytes of values in a row, in an order that needs no padding; a null costs nothing. A minute at up to 286 Mbit/s
            // fits into an integer; of a larger one all bytes stand in more_received or more_sent, and the view adds them up. No
            // primary key: an index on (session, minute) would be half as large as the table. Equal keys are folded in a
            // B-tree, so one on the session alone takes a few bytes a row, and rows arrive in time order, so a block range
            // index finds the minutes.
            migrationBuilder.Sql("""
                CREATE TABLE traffic (
                    minute timestamptz NOT NULL,
                    received integer NOT NULL,
                    sent integer NOT NULL,
                    session integer NOT NULL,
                    covers_seconds integer NOT NULL,
                    gap_from timestamptz,
                    more_received bigint,
                    more_sent bigint
                ) PARTITION BY RANGE (minute);
                CREATE VIEW traffic_minute AS
                    SELECT minute, received + COALESCE(more_received, 0) AS received, sent + COALESCE(more_sent, 0) AS sent, session, covers_seconds, gap_from FROM traffic;
                CREATE INDEX ix_traffic_session ON traffic (session);
                CREATE INDEX ix_traffic_minute ON traffic USING brin (minute) WITH (pages_per_range = 32);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP VIEW traffic_minute");

            migrationBuilder.DropTable(
                name: "traffic");

            migrationBuilder.DropTable(
                name: "session");

            migrationBuilder.DropTable(
                name: "watch");

            migrationBuilder.DropTable(
                name: "vpn_user");

            migrationBuilder.DropTable(
                name: "server");
        }
    }
}
