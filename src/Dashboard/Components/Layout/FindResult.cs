using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;
using Dashboard.Live;

namespace Dashboard.Components.Layout;

/// <summary>Something that was found, and the page where it is.</summary>
/// <param name="Place">What tells it from others of the same name.</param>
public sealed record FindResult(string Name, string Place, string Link, bool IsServer)
{
    internal const int Most = 12;

    /// <summary>Not something live, but the way to the sessions of the past.</summary>
    public bool IsPast { get; private init; }

    /// <summary>Who may have been there: the search of the past year for the same text.</summary>
    internal static FindResult Past(string text, bool nothingLive) =>
        new(text, (nothingLive ? "Nothing live matches. " : "") + "Search the sessions of the past year", PageLinks.With(PageLinks.Sessions, ("q", text.Trim()), ("range", "1y")), IsServer: false) { IsPast = true };

    /// <summary>Servers whose name or endpoint holds the text, then clients by name or address; at most <see cref="Most"/>.</summary>
    internal static IReadOnlyList<FindResult> Find(IEnumerable<ServerSnapshot> servers, string text)
    {
        text = text.Trim();
        if (text.Length == 0)
            return [];

        ServerSnapshot[] all = [.. servers];
        ClientQuery query = ClientQuery.Default with { Filter = text };
        IEnumerable<FindResult> found = all
            .Where(server => server.Name.Contains(text, StringComparison.OrdinalIgnoreCase) || server.Endpoint.Contains(text, StringComparison.OrdinalIgnoreCase))
            .Select(server => new FindResult(server.Name, server.Endpoint, PageLinks.Server(server.Name), IsServer: true));
        IEnumerable<FindResult> clients = all
            .SelectMany(server => server.Clients ?? [])
            .Where(query.Matches)
            .Select(client => new FindResult(
                client.Person ?? "",
                $"{client.Identity.Server} · {client.VirtualAddress ?? client.RealAddress}",
                PageLinks.Of(client),
                IsServer: false));
        return [.. found.Concat(clients).Take(Most)];
    }
}
