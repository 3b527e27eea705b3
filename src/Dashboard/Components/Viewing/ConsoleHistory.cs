using Dashboard.Fleet.Operations;

namespace Dashboard.Components.Viewing;

/// <summary>What was typed into the consoles of one browser tab, and what came back. Ends with the tab.</summary>
public sealed class ConsoleHistory
{
    private const int MaxEntries = 100;
    private readonly Dictionary<string, List<ConsoleEntry>> _entries = new(StringComparer.Ordinal);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ConsoleEntry> Of(string server) => _entries.GetValueOrDefault(server) ?? [];

    public void Add(string server, ConsoleEntry entry)
    {
        if (!_entries.TryGetValue(server, out List<ConsoleEntry>? entries))
            _entries[server] = entries = [];
        if (entries.Count == MaxEntries)
            entries.RemoveAt(0);
        entries.Add(entry);
    }
}

/// <summary>A command and its answer.</summary>
public sealed record ConsoleEntry(DateTimeOffset At, string Line, OperationResult Result);
