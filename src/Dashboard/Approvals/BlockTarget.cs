using System.Collections.Immutable;

using Dashboard.Live;

namespace Dashboard.Approvals;

/// <summary>By which of its names a client can be kept out.</summary>
internal static class BlockTarget
{
    /// <summary>
    /// Its names, the one that is meant where nothing is said first: the certificate's; the user's where somebody else
    /// uses the same certificate, or there is none, and the user name was checked. One that was not checked is only what
    /// the client says, and it can say another the next time.
    /// </summary>
    /// <returns>Nothing for a client that has no name.</returns>
    public static ImmutableArray<BlockedName> Of(ClientSnapshot client, ServerSnapshot server)
    {
        ClientNames names = client.Names;
        BlockedName? certificate = names.Certificate is { } common ? new(NameKind.Certificate, common) : null;
        BlockedName? user = names.Username is { } name ? new(NameKind.User, name) : null;
        bool isShared = certificate is { } shared && (server.Clients ?? []).Any(other =>
            shared.Means(other.Names) && other.Names.Username is { } another && !ClientNames.AreSame(NameKind.User, another, names.Username));
        BlockedName?[] all = user is not null && isShared && IsChecked(server) ? [user, certificate] : [certificate, user];
        return [.. all.OfType<BlockedName>()];
    }

    /// <summary>Whether it may be meant although nobody chose it.</summary>
    public static bool CanBeImplied(BlockedName name, ServerSnapshot server) => name.Kind is NameKind.Certificate || IsChecked(server);

    /// <summary>
    /// Where no management client is asked, a user name stands in the list only when a script or a plugin of OpenVPN's has
    /// accepted it. Where one is asked, it stands there whatever anybody checked.
    /// </summary>
    private static bool IsChecked(ServerSnapshot server) => server is { ClientAuth: false, IsGatekeeper: false };
}
