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

    public static string Server(string name) =>
        "servers/" + string.Join('/', name.Split('/').Select(Uri.EscapeDataString));

    /// <summary>A server's page with its clients filtered.</summary>
    public static string Clients(string server, string filter) =>
        $"{Server(server)}?q={Uri.EscapeDataString(filter)}";

    public static string User(Guid id) => $"settings/users/{id}";
}
