using System.Collections.Concurrent;

namespace Dashboard.Fleet.Questions;

/// <summary>
/// Credentials that a person asked to be given again by itself. In memory only: they are gone with the dashboard, when they are
/// refused, and when the daemon is told to forget its passwords.
/// </summary>
internal sealed class RememberedCredentials
{
    private readonly ConcurrentDictionary<string, Credentials> _known = new(StringComparer.Ordinal);

    /// <param name="type">What for, in OpenVPN's word.</param>
    public Credentials? Find(string type) => _known.GetValueOrDefault(type);

    public void Keep(string type, Credentials credentials) => _known[type] = credentials;

    public void Forget(string type) => _known.TryRemove(type, out _);

    public void ForgetAll() => _known.Clear();
}
