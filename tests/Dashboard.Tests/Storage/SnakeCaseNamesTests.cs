using Dashboard.Storage;

namespace Dashboard.Tests.Storage;

public sealed class SnakeCaseNamesTests
{
    [Theory]
    [InlineData("ConnectedSince", "connected_since")]
    [InlineData("Id", "id")]
    [InlineData("VirtualAddress6", "virtual_address6")]
    [InlineData("PK_dashboard_user", "pk_dashboard_user")]
    [InlineData("IX_session_ServerId_EndedNotAfter", "ix_session_server_id_ended_not_after")]
    [InlineData("HTTPStatus", "http_status")]
    public void Names_are_written_as_in_sql(string name, string expected) => Assert.Equal(expected, SnakeCaseNames.From(name));
}
