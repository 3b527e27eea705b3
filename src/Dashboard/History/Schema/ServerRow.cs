namespace Dashboard.History.Schema;

/// <summary>An OpenVPN server, by the name that the configuration gives it.</summary>
internal sealed class ServerRow
{
    public int Id { get; set; }
    public required string Name { get; set; }
}
