using Dashboard.Components.Viewing;
using Dashboard.Live;

namespace Dashboard.Components.Servers;

/// <summary>An order of servers, as the address of the page says it: <c>clients</c>, or descending <c>-clients</c>.</summary>
internal sealed record ServerSort(string Column, bool Descending)
{
    private const string Name = "name";

    public static ServerSort Parse(string? text)
    {
        string column = text?.TrimStart('-') ?? "";
        return column is "state" or "clients" or "from" or "to" or "version" or Name
            ? new ServerSort(column, text!.StartsWith('-'))
            : new ServerSort(Name, Descending: false);
    }

    /// <summary>Null for the order that needs no saying.</summary>
    public string? Text => this is { Column: Name, Descending: false } ? null : (Descending ? "-" : "") + Column;

    /// <summary>The same column again turns the order round; numbers begin with the largest.</summary>
    public ServerSort By(string column) =>
        column == Column ? this with { Descending = !Descending } : new ServerSort(column, column is "clients" or "from" or "to");

    public ServerSnapshot[] Apply(IEnumerable<ServerSnapshot> servers)
    {
        ServerSnapshot[] sorted = [.. servers];
        Array.Sort(sorted, Compare);
        return sorted;
    }

    private int Compare(ServerSnapshot a, ServerSnapshot b)
    {
        int order = Column switch
        {
            "state" => a.Status.Tone().CompareTo(b.Status.Tone()),
            "clients" => Nullable.Compare(a.ClientCount, b.ClientCount),
            "from" => Nullable.Compare(a.ReceivedRate, b.ReceivedRate),
            "to" => Nullable.Compare(a.SentRate, b.SentRate),
            "version" => string.CompareOrdinal(a.Version, b.Version),
            _ => string.Compare(a.Name, b.Name, StringComparison.OrdinalIgnoreCase),
        };
        return order == 0 ? string.CompareOrdinal(a.Name, b.Name) : Descending ? -order : order;
    }
}
