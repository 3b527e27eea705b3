using Dashboard.Live;

namespace Dashboard.Approvals;

/// <summary>By which of its names a client is kept out.</summary>
internal static class BlockTarget
{
    /// <summary>
    /// The user name where the common name stands for nobody (<c>UNDEF</c>) or for several people (one certificate for a
    /// whole office), so that nobody else is kept out with it; else the common name.
    /// </summary>
    /// <param name="clients">Who is connected to the same server.</param>
    /// <returns>Null for a client that has no name.</returns>
    public static string? Of(ClientSnapshot client, IEnumerable<ClientSnapshot> clients)
    {
        ClientNames names = client.Names;
        bool isShared = names.Username is { } user && clients.Select(other => other.Names).Any(other =>
            other.CommonName == names.CommonName && other.Username is { } another && !string.Equals(another, user, StringComparison.OrdinalIgnoreCase));
        return isShared ? names.Username : names.CommonName ?? names.Username;
    }
}
