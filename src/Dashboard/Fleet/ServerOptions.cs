namespace Dashboard.Fleet;

/// <summary>One OpenVPN server that we look after: an entry of <c>Dashboard:Servers</c>.</summary>
public sealed class ServerOptions
{
    /// <summary>Names the server on screen, in addresses and in history; unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where its management interface listens: <c>unix:/path</c>, <c>tcp://host:port</c>, <c>tcp4://</c> or <c>tcp6://</c>.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>A file whose first line is the management password; null when there is none.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>What to do when OpenVPN waits for a hold release.</summary>
    public HoldPolicy HoldPolicy { get; set; } = HoldPolicy.Ask;

    /// <summary>How often OpenVPN is asked to report byte counts; whole seconds.</summary>
    public TimeSpan ByteCountInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the list of clients is read when nothing else asks for it.</summary>
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Who decides about clients where the server has <c>management-client-auth</c>.</summary>
    public ApprovalPolicy Approval { get; set; } = ApprovalPolicy.Leave;
}

/// <summary>Who decides about clients where the server has <c>management-client-auth</c>.</summary>
public enum ApprovalPolicy
{
    /// <summary>Not us: requests are left unanswered.</summary>
    Leave,
}

/// <summary>What to do when OpenVPN waits for a hold release.</summary>
public enum HoldPolicy
{
    /// <summary>Show it and let a person release it.</summary>
    Ask,

    /// <summary>Release it at once.</summary>
    Release,

    /// <summary>Leave it to somebody else; shown, but not as something that needs attention.</summary>
    Leave,
}
