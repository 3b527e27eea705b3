namespace Mgmt.Core.Events;

/// <summary>The letters of a log line.</summary>
[Flags]
public enum LogFlags
{
    /// <summary>No letter.</summary>
    None = 0,

    /// <summary>I.</summary>
    Info = 1,

    /// <summary>F: the process ends.</summary>
    Fatal = 2,

    /// <summary>N: a non-fatal error.</summary>
    Error = 4,

    /// <summary>W.</summary>
    Warning = 8,

    /// <summary>D.</summary>
    Debug = 16,
}
