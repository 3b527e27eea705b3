using System.Net;

namespace Dashboard.Access;

/// <summary>
/// Limits how often one address may get a password wrong, whatever the user names. An attempt is counted before the
/// password is looked at, so that attempts in parallel are counted as well, and forgiven when it was right.
/// </summary>
internal sealed class SignInThrottle(TimeProvider time)
{
    public const int Limit = 20;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const int SweepSize = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, (int Count, DateTimeOffset Ends)> _attempts = [];

    /// <summary>Counts an attempt; false when there were too many, with the time after which the next one is heard.</summary>
    public bool TryBegin(IPAddress? address, out TimeSpan retryAfter)
    {
        IPAddress key = RequestLimits.NetworkOf(address);
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            if (_attempts.Count >= SweepSize)
                RemoveEnded(now);
            (int count, DateTimeOffset ends) = _attempts.TryGetValue(key, out var known) && known.Ends > now ? known : (0, now + Window);
            retryAfter = ends - now;
            if (count >= Limit)
                return false;
            _attempts[key] = (count + 1, ends);
            return true;
        }
    }

    /// <summary>The attempt was right and does not count.</summary>
    public void Forgive(IPAddress? address)
    {
        IPAddress key = RequestLimits.NetworkOf(address);
        lock (_gate)
        {
            if (_attempts.TryGetValue(key, out var known) && known.Count > 0)
                _attempts[key] = known with { Count = known.Count - 1 };
        }
    }

    private void RemoveEnded(DateTimeOffset now)
    {
        foreach ((IPAddress key, (int _, DateTimeOffset ends)) in _attempts)
        {
            if (ends <= now)
                _attempts.Remove(key);
        }
    }
}
