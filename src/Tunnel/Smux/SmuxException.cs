namespace Tunnel.Smux;

/// <summary>A session or a stream is over; <see cref="Error"/> says why. An <see cref="IOException"/>, as every stream's user expects.</summary>
internal sealed class SmuxException(SmuxError error, string message, Exception? cause = null) : IOException(message, cause)
{
    public SmuxError Error { get; } = error;
}
