namespace Dashboard.Live;

/// <summary>Where a rate comes from.</summary>
public enum RateSource
{
    /// <summary>Not known yet: a rate needs two readings.</summary>
    None,

    /// <summary><c>&gt;BYTECOUNT_CLI</c> notifications.</summary>
    ByteCount,

    /// <summary>Differences between two <c>status 3</c> replies.</summary>
    Status,
}
