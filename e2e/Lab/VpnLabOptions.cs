namespace E2E.Lab;

/// <summary>What a <see cref="VpnLab"/> is started with; the defaults are a server with alice, bob (over IPv6) and <c>&lt;b&gt;x&lt;/b&gt;</c>.</summary>
public sealed record VpnLabOptions
{
    public int Clients { get; init; } = 3;

    /// <summary>Further lines of the server's configuration.</summary>
    public IReadOnlyList<string> ServerOptions { get; init; } = [];

    /// <summary>Further lines of every client's configuration.</summary>
    public IReadOnlyList<string> ClientOptions { get; init; } = [];

    /// <summary>The password of the management socket; null for none.</summary>
    public string? ManagementPassword { get; init; }

    /// <summary>Start held (<c>management-hold</c>): nobody connects before a release.</summary>
    public bool Hold { get; init; }

    /// <summary>Ask the management client about everybody (<c>management-client-auth</c>).</summary>
    public bool ClientAuth { get; init; }

    /// <summary>Keep changing traffic flowing.</summary>
    public bool Demo { get; init; }

    /// <summary>The process with whose end the lab ends too, whatever the end: normally the test run itself.</summary>
    public int OwnerProcessId { get; init; } = Environment.ProcessId;
}
