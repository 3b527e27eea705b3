namespace Dashboard.Approvals;

/// <summary>What became of a client after the answer to its request, as far as it was seen.</summary>
internal enum ClientOutcome
{
    NotSeen,
    Connected,

    /// <summary>A script or a plugin of OpenVPN's refused it.</summary>
    Refused,

    Left,
}
