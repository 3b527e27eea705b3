namespace OpenVpn.Simulator;

/// <summary>The last lines of a kind (log, echo, state), as the daemon keeps them for who asks later.</summary>
internal sealed class LineCache(string name, int size)
{
    private readonly Queue<string> _lines = new();

    public string Name => name;

    public string Last { get; private set; } = "";

    public void Add(string line)
    {
        if (_lines.Count == size)
            _lines.Dequeue();
        _lines.Enqueue(Last = line);
    }

    /// <summary>The newest <paramref name="count"/>, oldest first.</summary>
    public IEnumerable<string> Newest(int count) => _lines.Skip(Math.Max(0, _lines.Count - count));
}
