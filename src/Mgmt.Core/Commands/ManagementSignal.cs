namespace Mgmt.Core.Commands;

/// <summary>A signal that a daemon sends to itself.</summary>
public enum ManagementSignal
{
    /// <summary>SIGHUP: restart and read the configuration again. Drops every session.</summary>
    Hangup,

    /// <summary>SIGTERM: end.</summary>
    Terminate,

    /// <summary>SIGUSR1: restart without reading the configuration. Drops every session.</summary>
    User1,

    /// <summary>SIGUSR2: write the status to the log. While held it ends the process.</summary>
    User2,

    /// <summary>SIGINT: end, as from a terminal.</summary>
    Interrupt,
}
