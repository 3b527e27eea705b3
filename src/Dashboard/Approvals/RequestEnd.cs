namespace Dashboard.Approvals;

/// <summary>How a request to come in ended.</summary>
internal enum RequestEnd
{
    Approved,
    Denied,

    /// <summary>The same device asked anew.</summary>
    Replaced,

    /// <summary>A script or a plugin of OpenVPN's refused the client, whatever is decided here.</summary>
    RefusedByServer,

    /// <summary>The client was let in by somebody else.</summary>
    LetInElsewhere,
}
