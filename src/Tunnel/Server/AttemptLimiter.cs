using System.Collections.Concurrent;

namespace Tunnel.Server;

/// <summary>Counts failures by key over the last minute; a key with too many is refused until some have aged away.</summary>
internal sealed class AttemptLimiter(int allowed, TimeProvider time)
{
    private const int MaxKeys = 10_000;
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Failures> _byKey = new(StringComparer.Ordinal);

    public bool IsExhausted(string key) =>
        _byKey.TryGetValue(key, out Failures? failures) && !IsOld(failures) && failures.Count >= allowed;

    public void Fail(string key)
    {
        if (_byKey.Count >= MaxKeys)
            DropOld();
        long now = time.GetTimestamp();
        _byKey.AddOrUpdate(
            key,
            static (_, at) => new Failures(1, at),
            (_, old, at) => IsOld(old) ? new Failures(1, at) : old with { Count = old.Count + 1 },
            now);
    }

    private bool IsOld(Failures failures) => time.GetElapsedTime(failures.Since) >= s_window;

    private void DropOld()
    {
        foreach ((string key, Failures failures) in _byKey)
        {
            if (IsOld(failures))
                _byKey.TryRemove(key, out _);
        }

        // All of them young: somebody makes up keys. Forgetting is better than growing.
        if (_byKey.Count >= MaxKeys)
            _byKey.Clear();
    }

    private sealed record Failures(int Count, long Since);
}
