namespace Dashboard.Fleet.PassThrough;

/// <summary>A socket on which other programs speak with a server's OpenVPN while the dashboard has its slot: an entry of <c>PassThrough</c>.</summary>
public sealed class PassThroughOptions
{
    /// <summary>Where the dashboard listens for them: <c>unix:/path</c> or <c>tcp://127.0.0.1:port</c>.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>A file whose first line is the password that they are asked for, as OpenVPN would ask; wanted on TCP.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>What they may do.</summary>
    public PassThroughAccess Access { get; set; } = PassThroughAccess.ReadOnly;
}
