namespace Mgmt.Core.Connection;

/// <summary>A management connection could not be opened. Each <see cref="OpenFailure"/> has its own exception type.</summary>
public abstract class ManagementOpenException : ManagementException
{
    private protected ManagementOpenException(OpenFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>What kind of failure, for those who rather switch than catch.</summary>
    public OpenFailure Failure { get; }
}

/// <summary>Nothing answers at the endpoint; the socket's own exception is inside.</summary>
public sealed class EndpointUnreachableException : ManagementOpenException
{
    internal EndpointUnreachableException(string message, Exception? innerException)
        : base(OpenFailure.Unreachable, message, innerException)
    {
    }
}

/// <summary>Connected, but the greeting did not come in time: the slot is somebody else's, or the daemon is busy.</summary>
public sealed class SlotTakenException : ManagementOpenException
{
    internal SlotTakenException(string message)
        : base(OpenFailure.SlotTaken, message)
    {
    }
}

/// <summary>The daemon asks for a management password and none is configured.</summary>
public sealed class PasswordRequiredException : ManagementOpenException
{
    internal PasswordRequiredException()
        : base(OpenFailure.PasswordRequired, "OpenVPN asks for a management password and none is configured.")
    {
    }
}

/// <summary>The daemon refused the management password.</summary>
public sealed class PasswordRejectedException : ManagementOpenException
{
    internal PasswordRejectedException()
        : base(OpenFailure.PasswordRejected, "OpenVPN refused the management password.")
    {
    }
}

/// <summary>Something answered that is not OpenVPN's management interface.</summary>
public sealed class NotOpenVpnException : ManagementOpenException
{
    internal NotOpenVpnException(string message)
        : base(OpenFailure.NotOpenVpn, message)
    {
    }
}

/// <summary>The other side closed the connection before the greeting was complete.</summary>
public sealed class ClosedWhileOpeningException : ManagementOpenException
{
    internal ClosedWhileOpeningException(string message, Exception? innerException = null)
        : base(OpenFailure.Closed, message, innerException)
    {
    }
}
