using Mgmt.Core.Events;

namespace Mgmt.Core.Connection;

/// <summary>Receives byte counts as they are read, none coalesced. Runs on the reader: it must be quick and must not throw.</summary>
/// <param name="counts">Only valid during the call.</param>
public delegate void ByteCountObserver(ReadOnlySpan<ByteCount> counts);

/// <summary>How a <see cref="ManagementConnection"/> behaves. The defaults work.</summary>
public sealed class ManagementConnectionOptions
{
    /// <summary>Gives the management password when the daemon asks for it; null if there is none.</summary>
    public Func<CancellationToken, ValueTask<string>>? Password { get; init; }

    /// <summary>How long to wait until a connection is made.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether a greeting is waited for, as OpenVPN gives one. False for a stream in the middle of a conversation, such as a relay that has taken
    /// the greeting itself: the connection is open at once, no password is given, and a greeting that does come is an
    /// <see cref="ManagementEvent.Info"/>. Nothing tells a slot that is taken then, except that no command is answered.
    /// </summary>
    public bool AwaitGreeting { get; init; } = true;

    /// <summary>How long to wait for the greeting: after it the slot counts as taken.</summary>
    public TimeSpan GreetingTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait for the first line of a reply.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a reply that has begun, or a list that has not, may pause before it is checked whether the daemon has cut it off.</summary>
    public TimeSpan QuietTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait for a sign of life after a command was not answered; then the connection ends.</summary>
    public TimeSpan ResyncTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many events may wait for a slow consumer; byte counts are not among them.</summary>
    public int EventCapacity { get; init; } = 4096;

    /// <summary>How many bytes of events (as on the wire) may wait for a slow consumer.</summary>
    public int MaxQueuedBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>The largest reply that is kept, in bytes; 100,000 clients need about 32 MB.</summary>
    public int MaxReplyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Sees every single byte count; see <see cref="ByteCountObserver"/>.</summary>
    public ByteCountObserver? ByteCountObserver { get; init; }

    /// <summary>The clock behind all timeouts.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
