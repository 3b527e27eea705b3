using System.Globalization;

namespace Dashboard.Storage;

/// <summary>
/// The account that the private PostgreSQL runs as. PostgreSQL refuses to be root, so a dashboard that is root starts it
/// under another account; an ordinary user's dashboard starts it as that user.
/// </summary>
internal sealed record PostgresAccount(uint User, uint Group)
{
    /// <summary>
    /// Used where everything belongs to root. No such user is created: a number does. It lies in the range that systemd's
    /// table of users keeps free, and it is not "nobody", whom OpenVPN itself is often told to run as.
    /// </summary>
    private static readonly PostgresAccount s_service = new(60_700, 60_700);

    /// <summary>initdb, unlike PostgreSQL itself, insists on an account with a name.</summary>
    private static readonly PostgresAccount s_nobody = new(65_534, 65_534);

    /// <summary>The owner of the first of these paths that exists and is not root's; where all are root's, a number of our own.</summary>
    public static async Task<PostgresAccount> ChooseAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        foreach (string path in paths)
        {
            if (await OwnerOfAsync(path, cancellationToken) is { User: not 0 } owner)
                return owner;
        }
        return s_service;
    }

    /// <summary>Null when the path does not exist.</summary>
    public static async Task<PostgresAccount?> OwnerOfAsync(string path, CancellationToken cancellationToken)
    {
        HostCommand.Result stat = await HostCommand.RunAsync(["stat", "-c", "%u %g", "--", path], cancellationToken);
        return stat.Succeeded && stat.Output.Split(' ') is [string user, string group]
            ? new PostgresAccount(uint.Parse(user, CultureInfo.InvariantCulture), uint.Parse(group, CultureInfo.InvariantCulture))
            : null;
    }

    /// <summary>This account, or one with a name to run initdb under.</summary>
    public async Task<PostgresAccount> WithNameAsync(CancellationToken cancellationToken) =>
        (await HostCommand.RunAsync(["getent", "passwd", User.ToString(CultureInfo.InvariantCulture)], cancellationToken)).Succeeded ? this : s_nobody;

    /// <summary>What to put before a command so that it runs as this account.</summary>
    public IReadOnlyList<string> Prefix =>
        ["setpriv", $"--reuid={User}", $"--regid={Group}", "--clear-groups", "--inh-caps=-all", "--no-new-privs", "--"];

    /// <summary>As chown wants it.</summary>
    public override string ToString() => $"{User}:{Group}";
}
