using Dashboard.Fleet;

namespace Dashboard.Approvals;

/// <summary>
/// Puts a client that keeps knocking on record once in a while: by its own names and address, so that another one that the same block
/// keeps out has its own entry. Strangers choose both, so a block has a limited number of entries.
/// </summary>
internal sealed class RefusalBrake
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private const int MaxOfBlock = 20;

    private readonly Dictionary<Guid, (Moment Began, HashSet<string> Clients)> _windows = [];

    /// <returns>Whether this refusal is to be put on record.</returns>
    public bool Take(Guid block, string client, Moment now)
    {
        foreach (Guid over in _windows.Where(window => now - window.Value.Began >= Interval).Select(window => window.Key).ToArray())
            _windows.Remove(over);
        if (!_windows.TryGetValue(block, out (Moment Began, HashSet<string> Clients) window))
            _windows[block] = window = (now, new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        return window.Clients.Count < MaxOfBlock && window.Clients.Add(client);
    }
}
