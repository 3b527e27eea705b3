using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class HistoryByFiveMinutes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // received_by_five and sent_by_five held only what came evenly; now they hold every byte. Uneven is what came while
            // nobody watched, or over more than five minutes: it counts among the bytes and not in the percentiles. Null where there
            // is none, as nearly always.
            migrationBuilder.Sql("""
                ALTER TABLE server_hour ADD COLUMN uneven_received_by_five bigint[], ADD COLUMN uneven_sent_by_five bigint[];
                INSERT INTO rollup_due SELECT DISTINCT 0, date_trunc('hour', minute, 'UTC') FROM traffic;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("ALTER TABLE server_hour DROP COLUMN uneven_received_by_five, DROP COLUMN uneven_sent_by_five");
        }
    }
}
