namespace Mgmt.Core.Connection;

/// <summary>Anything that goes wrong between us and an OpenVPN process.</summary>
public class ManagementException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What caused it.</param>
    public ManagementException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>The other side broke the rules of the protocol.</summary>
public sealed class ManagementProtocolException : ManagementException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which rule, and how.</param>
    public ManagementProtocolException(string message)
        : base(message)
    {
    }
}

/// <summary>The connection is over; it stays over.</summary>
public sealed class ManagementClosedException : ManagementException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">Why, in words for a person.</param>
    /// <param name="innerException">What caused it.</param>
    public ManagementClosedException(string reason, Exception? innerException = null)
        : base(reason, innerException)
    {
    }
}

/// <summary>The daemon answered <c>ERROR:</c>. The message is its own text.</summary>
public sealed class ManagementCommandException : ManagementException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reply">The whole reply.</param>
    public ManagementCommandException(ManagementReply reply)
        : base((reply ?? throw new ArgumentNullException(nameof(reply))).Text) => Reply = reply;

    /// <summary>The whole reply.</summary>
    public ManagementReply Reply { get; }
}

/// <summary>The daemon did not answer in time. The connection goes on: what still comes of the answer is recognised and thrown away.</summary>
public sealed class ManagementTimeoutException : ManagementException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was waited for.</param>
    public ManagementTimeoutException(string message)
        : base(message)
    {
    }
}
