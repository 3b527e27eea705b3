using Dashboard.Fleet.PassThrough;

namespace Dashboard.Fleet;

/// <summary>One OpenVPN process that we look after: an entry of <c>Dashboard:Servers</c>, or of <c>Dashboard:Listeners</c>.</summary>
public class ServerOptions
{
    /// <summary>Names the server on screen, in addresses and in history; unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where its management interface listens, or where it dials us: <c>unix:/path</c>, <c>tcp://host:port</c>, <c>tcp4://</c> or <c>tcp6://</c>.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>A file whose first line is the management password; null when there is none.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>What to do when OpenVPN waits for a hold release.</summary>
    public HoldPolicy HoldPolicy { get; set; } = HoldPolicy.Ask;

    /// <summary>How often OpenVPN is asked to report byte counts; whole seconds.</summary>
    public TimeSpan ByteCountInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the list of clients is read when nothing else asks for it.</summary>
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it may take to start, or to find its server or peer, before it needs attention.</summary>
    public TimeSpan StartLimit { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Who decides about clients where the server has <c>management-client-auth</c>.</summary>
    public ApprovalPolicy Approval { get; set; } = ApprovalPolicy.Leave;

    /// <summary>
    /// How long a person has to decide. The daemon itself gives a client up after its <c>hand-window</c>, 60 s if nothing
    /// else is configured: the default leaves it time to hear the answer.
    /// </summary>
    public TimeSpan ApprovalDeadline { get; set; } = TimeSpan.FromSeconds(50);

    /// <summary>What happens when nobody has decided by then.</summary>
    public ApprovalDefault ApprovalDefault { get; set; } = ApprovalDefault.Deny;

    /// <summary>Where other programs speak with this OpenVPN while the dashboard has its slot.</summary>
    public IList<PassThroughOptions> PassThrough { get; init; } = [];

    /// <summary>
    /// Options of its own for a common name, as in a <c>client-config-dir</c> file: given along with our approval, so not
    /// with <see cref="ApprovalPolicy.Leave"/>.
    /// </summary>
    public IDictionary<string, IList<string>> Clients { get; init; } = new Dictionary<string, IList<string>>(StringComparer.Ordinal);
}

/// <summary>Who decides about clients where the server has <c>management-client-auth</c>.</summary>
public enum ApprovalPolicy
{
    /// <summary>Not us: another program answers, or requests are left unanswered.</summary>
    Leave,

    /// <summary>Everybody who is not blocked comes in.</summary>
    ApproveAll,

    /// <summary>Who has had a tunnel on this server before comes in; about others a person is asked.</summary>
    ApproveKnown,

    /// <summary>A person is asked about everybody.</summary>
    Ask,

    /// <summary>Nobody comes in.</summary>
    Deny,
}

/// <summary>What happens to a client about whom nobody has decided in time.</summary>
public enum ApprovalDefault
{
    Deny,
    Approve,
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
