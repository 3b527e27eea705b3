namespace Mgmt.Core.Status;

/// <summary>The last part of a server's status.</summary>
/// <param name="MaxQueueLength">Longest broadcast and multicast queue so far.</param>
/// <param name="DcoEnabled">Whether the kernel moves the packets; null before 2.6 and in version 1.</param>
public sealed record GlobalStatistics(long? MaxQueueLength, bool? DcoEnabled);
