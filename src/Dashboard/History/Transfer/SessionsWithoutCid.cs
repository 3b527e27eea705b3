using Mgmt.Core;
using Mgmt.Core.Status;

using Npgsql;

using NpgsqlTypes;

namespace Dashboard.History.Transfer;

/// <summary>
/// Finds the sessions that statuses of version 1 tell of, which have no CID there: by name, beginning and address, first of all
/// among those that history has, since the same session may have been watched. What is new gets the first CID that no session
/// of its name and second has: several devices of one name may come in the same second.
/// </summary>
internal sealed class SessionsWithoutCid(NpgsqlDataSource dataSource, string server)
{
    private readonly Dictionary<(string CommonName, DateTimeOffset Since), List<KnownSession>> _known = [];

    /// <summary>Whose rows of one status these are: the CID of each session and the user name that history has for it, in the same order.</summary>
    public async Task<(ClientId Cid, string? Username)[]> FindAsync(IReadOnlyList<(StatusClient Client, DateTimeOffset Since)> rows, CancellationToken cancellationToken)
    {
        await LoadAsync([.. rows.Select(Key).Where(key => !_known.ContainsKey(key)).Distinct()], cancellationToken);
        KnownSession?[] found = [.. rows.Select(row => _known[Key(row)].Find(session => session.Addresses.Contains(Address(row.Client))))];
        HashSet<KnownSession> taken = [.. found.OfType<KnownSession>()];
        for (int i = 0; i < rows.Count; i++)
        {
            List<KnownSession> known = _known[Key(rows[i])];
            if (found[i] is null)
            {
                found[i] = known.Find(session => !taken.Contains(session)); // has moved to another address
                if (found[i] is null)
                    known.Add(found[i] = new KnownSession(FreeCid(known), "", []));
                taken.Add(found[i]!);
            }
            found[i]!.Addresses.Add(Address(rows[i].Client));
        }
        return [.. found.Select(session => (session!.Cid, session.Username.Length > 0 ? session.Username : null))];
    }

    private async Task LoadAsync((string CommonName, DateTimeOffset Since)[] keys, CancellationToken cancellationToken)
    {
        if (keys.Length == 0)
            return;
        foreach ((string CommonName, DateTimeOffset Since) key in keys)
            _known.Add(key, []);
        await using NpgsqlCommand command = dataSource.CreateCommand("""
            SELECT common_name, connected_since, cid, username, addresses FROM unnest(@names, @since) AS input (name, since)
            JOIN session ON connected_since = since JOIN vpn_user ON vpn_user.id = session.user_id AND common_name = name
            WHERE server_id = (SELECT id FROM server WHERE name = @server)
            """);
        command.Parameters.AddWithValue("names", NpgsqlDbType.Array | NpgsqlDbType.Text, keys.Select(key => key.CommonName).ToArray());
        command.Parameters.AddWithValue("since", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, keys.Select(key => key.Since.UtcDateTime).ToArray());
        command.Parameters.AddWithValue("server", NpgsqlDbType.Text, StoredText.Clean(server));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            _known[(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1))].Add(
                new KnownSession(new ClientId((uint)reader.GetInt64(2)), reader.GetString(3), [.. reader.GetFieldValue<string[]>(4)]));
        }
    }

    private static (string CommonName, DateTimeOffset Since) Key((StatusClient Client, DateTimeOffset Since) row) => (StoredText.Clean(row.Client.CommonName), row.Since);

    private static string Address(StatusClient client) => StoredText.Clean(client.RealAddress.Text);

    private static ClientId FreeCid(List<KnownSession> known)
    {
        uint cid = 0;
        while (known.Exists(session => session.Cid.Value == cid))
            cid++;
        return new ClientId(cid);
    }

    private sealed class KnownSession(ClientId cid, string username, HashSet<string> addresses)
    {
        public ClientId Cid => cid;
        public string Username => username;
        public HashSet<string> Addresses => addresses;
    }
}
