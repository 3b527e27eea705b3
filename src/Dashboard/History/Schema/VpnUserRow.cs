namespace Dashboard.History.Schema;

/// <summary>Who a session belongs to: the name on the certificate, and the name that was signed in with.</summary>
internal sealed class VpnUserRow
{
    public int Id { get; set; }
    public required string CommonName { get; set; }

    /// <summary>Empty where there is none.</summary>
    public required string Username { get; set; }
}
