using System.Collections.Immutable;

namespace Dashboard.Live;

/// <summary>
/// What is true now of every server. Written by Fleet, read by everyone, from any thread. Subscribers are told that
/// something changed, not what: they read what is current when they get round to it.
/// </summary>
public sealed class LiveStore(TimeProvider time, ILogger<LiveStore> logger)
{
    private ImmutableSortedDictionary<string, ServerSnapshot> _servers = ImmutableSortedDictionary.Create<string, ServerSnapshot>(StringComparer.Ordinal);
    private ImmutableArray<CoalescingCallback> _subscribers = [];

    /// <summary>Every server, by name.</summary>
    public ImmutableSortedDictionary<string, ServerSnapshot> Servers => Volatile.Read(ref _servers);

    public ServerSnapshot? Find(string server) => Servers.GetValueOrDefault(server);

    /// <summary>How many subscriptions have not been disposed.</summary>
    internal int Subscribers => _subscribers.Length;

    /// <summary>Replaces a server's snapshot, or adds it.</summary>
    public void Publish(ServerSnapshot snapshot)
    {
        ImmutableInterlocked.Update(ref _servers, static (servers, next) => servers.SetItem(next.Name, next), snapshot);
        foreach (CoalescingCallback subscriber in _subscribers)
            subscriber.Signal();
    }

    /// <summary>
    /// Calls <paramref name="changed"/> after changes, at most once in <paramref name="minInterval"/> and never twice at
    /// once, until the result is disposed.
    /// </summary>
    public IDisposable Subscribe(Func<Task> changed, TimeSpan minInterval)
    {
        CoalescingCallback subscriber = new(changed, minInterval, time, logger);
        ImmutableInterlocked.Update(ref _subscribers, static (all, added) => all.Add(added), subscriber);
        return new Subscription(() =>
        {
            ImmutableInterlocked.Update(ref _subscribers, static (all, removed) => all.Remove(removed), subscriber);
            subscriber.Dispose();
        });
    }
}
