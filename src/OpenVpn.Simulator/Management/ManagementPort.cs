using System.Globalization;

namespace OpenVpn.Simulator.Management;

/// <summary>What the management interface keeps from one connection to the next, and the way to whoever is connected. The daemon's lock is held in all of it.</summary>
internal sealed class ManagementPort(DaemonOptions options, TimeProvider time)
{
    /// <summary>The address of the tunnel's own end.</summary>
    private const string TunnelAddress = "10.80.0.1,,,,,fd00:80::1";

    /// <summary>Who holds the slot and has given the password.</summary>
    public ManagementSession? Session { get; set; }

    public LineCache Logs { get; } = new("log", 250);

    public LineCache Echoes { get; } = new("echo", 100);

    public LineCache States { get; } = new("state", 100);

    public int Verb { get; set; } = options.Verb;

    public int Mute { get; set; }

    public int EnvironmentFilter { get; set; }

    public string AuthRetry { get; set; } = "none";

    public long Now => time.GetUtcNow().ToUnixTimeSeconds();

    public void Say(string line) => Session?.Say(line);

    /// <param name="level">At which <c>verb</c> it is written.</param>
    /// <param name="flags">I, W, N, F, D or nothing.</param>
    public void Log(int level, string flags, string text)
    {
        if (level > Verb)
            return;
        string line = string.Create(CultureInfo.InvariantCulture, $"{Now},{flags},{text}");
        Logs.Add(line);
        if (Session is { LogOn: true } session)
            session.Say(">LOG:" + line);
    }

    public void Echo(string text)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{Now},{text}");
        Echoes.Add(line);
        if (Session is { EchoOn: true } session)
            session.Say(">ECHO:" + line);
    }

    public void State(string name, string detail, bool withAddress)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{Now},{name},{detail},{(withAddress ? TunnelAddress : ",,,,")}");
        States.Add(line);
        if (Session is not { StateOn: true } session)
            return;
        Log(3, "", "MANAGEMENT: >STATE:" + line);
        session.Say(">STATE:" + line);
    }

    /// <summary>A real-time block: its head, its environment, its end.</summary>
    public void Block(string head, IEnumerable<string> environment)
    {
        if (Session is not { } session)
            return;
        session.Say(">CLIENT:" + head);
        foreach (string line in environment)
            session.Say(">CLIENT:ENV," + line);
        session.Say(">CLIENT:ENV,END");
    }
}
