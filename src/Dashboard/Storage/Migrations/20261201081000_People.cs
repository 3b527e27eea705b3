using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class People : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // UNDEF is what OpenVPN writes where it knows no name: on a server with single sign-on, of everybody.
            migrationBuilder.Sql("""
                ALTER TABLE vpn_user ADD COLUMN person text NOT NULL GENERATED ALWAYS AS (COALESCE(NULLIF(NULLIF(common_name, 'UNDEF'), ''), username)) STORED;
                CREATE INDEX ix_vpn_user_person ON vpn_user (person);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("ALTER TABLE vpn_user DROP COLUMN person");
        }
    }
}
