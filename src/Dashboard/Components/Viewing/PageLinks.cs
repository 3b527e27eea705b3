using System.Text;

using Dashboard.Live;

namespace Dashboard.Components.Viewing;

/// <summary>
/// Addresses of pages, relative to the base. A server's name may hold slashes (<c>site/berlin</c>): its page is a
/// catch-all route, so each segment is escaped and the slashes between them stay as they are.
/// </summary>
internal static class PageLinks
{
    public const string Overview = "";
    public const string Approvals = "approvals";
    public const string Audit = "audit";

    public const string Reports = "reports";
    public const string Sessions = "sessions";
    public const string Events = "events";
    public const string ClientPrefix = "clients/";

    public static string Server(string name) => "servers/" + Path(name);

    /// <summary>The page of whose session this is; of a client without a name its row on its server's page.</summary>
    public static string Of(ClientSnapshot client) => client.Person is { } person ? Client(person) : Clients(client.Identity.Server, client.RealAddress);

    /// <summary>One person across all servers. Names may hold slashes, as servers' may.</summary>
    public static string Client(string person) =>
        person.Length > 0 && (person.Contains('\0', StringComparison.Ordinal) || person.Contains("%2F", StringComparison.OrdinalIgnoreCase) || person.Split('/').Any(segment => segment is "" or "." or ".."))
            ? With(ClientPrefix, ("name", person)) // browsers and servers take such paths for others
            : ClientPrefix + Path(person);

    /// <summary>A page with a query; parameters that are null or empty are left out.</summary>
    public static string With(string page, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        StringBuilder link = new(page);
        char separator = '?';
        foreach ((string name, string? value) in query)
        {
            if (string.IsNullOrEmpty(value))
                continue;
            link.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }
        return link.ToString();
    }

    /// <summary>A server's page with its clients filtered.</summary>
    public static string Clients(string server, string filter) =>
        $"{Server(server)}?q={Uri.EscapeDataString(filter)}";

    public static string User(Guid id) => $"settings/users/{id}";

    private static string Path(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
}
