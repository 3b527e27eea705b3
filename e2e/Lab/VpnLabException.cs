namespace E2E.Lab;

/// <summary>A command to the lab failed; the message holds all that it printed.</summary>
public sealed class VpnLabException(string message) : Exception(message);
