using System.Security.Cryptography;
using System.Text;

namespace Dashboard.Storage;

/// <summary>
/// Where the private PostgreSQL keeps its files and as whom it runs. Usually that is <c>postgres</c> in the data folder;
/// where the account that has to run it cannot reach the data folder (root's home is closed to everybody else), it is a
/// folder under <c>/var/lib</c>, and <c>postgres.location</c> in the data folder says which.
/// </summary>
/// <param name="Account">Null where the dashboard is not root: PostgreSQL runs as the same user.</param>
internal sealed record PostgresCluster(string Folder, PostgresAccount? Account, PostgresBinaries Binaries)
{
    private const string SharedFolder = "/var/lib/openvpn-dashboard";
    private const string LocationFile = "postgres.location";

    private IReadOnlyList<string> Prefix => Account?.Prefix ?? [];

    /// <summary>A command that runs PostgreSQL as the right account.</summary>
    public IReadOnlyList<string> ServerCommand(IEnumerable<string> arguments) => [.. Prefix, Binaries.Server, "-D", Folder, .. arguments];

    /// <summary>Finds the files, or makes them.</summary>
    public static async Task<PostgresCluster> OpenAsync(string dataFolder, PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        PostgresCluster cluster = Environment.IsPrivilegedProcess
            ? await PlaceForRootAsync(dataFolder, binaries, cancellationToken)
            : new PostgresCluster(PlacedAt(dataFolder), Account: null, binaries);
        string version = await binaries.VersionAsync(cancellationToken);
        if (cluster.MadeBy() is not string madeBy)
            await cluster.InitializeAsync(cancellationToken);
        else if (madeBy != version.Split('.')[0])
            throw new StorageException($"{cluster.Folder} was made by PostgreSQL {madeBy} and the installed one is {version}: install PostgreSQL {madeBy}'s programs again, or move the folder away to start with an empty history.");
        return cluster;
    }

    private static string PlacedAt(string dataFolder)
    {
        string location = Path.Combine(dataFolder, LocationFile);
        return File.Exists(location) ? File.ReadAllText(location).Trim() : Path.Combine(dataFolder, "postgres");
    }

    private static async Task<PostgresCluster> PlaceForRootAsync(string dataFolder, PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        string folder = PlacedAt(dataFolder);
        PostgresAccount account = await PostgresAccount.ChooseAsync([folder, dataFolder, Path.GetDirectoryName(dataFolder) ?? "/"], cancellationToken);
        if (!await CanReachAsync(account, Path.GetDirectoryName(folder)!, cancellationToken))
        {
            if (Directory.Exists(folder))
                throw new StorageException($"PostgreSQL runs as user {account.User}, who cannot reach {folder}: give every folder above it execute permission for others, or move the installation to where they have it.");
            folder = Path.Combine(SharedFolder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)).AsSpan(0, 8)));
            Directory.CreateDirectory(SharedFolder);
            await File.WriteAllTextAsync(Path.Combine(dataFolder, LocationFile), folder + "\n", cancellationToken);
        }
        return new PostgresCluster(folder, account, await binaries.ReachableForAsync(account, SharedFolder, cancellationToken));
    }

    private static async Task<bool> CanReachAsync(PostgresAccount account, string folder, CancellationToken cancellationToken) =>
        (await HostCommand.RunAsync([.. account.Prefix, "test", "-x", folder], cancellationToken)).Succeeded;

    /// <summary>The major release that made the files; null when there are none.</summary>
    private string? MadeBy()
    {
        try
        {
            return Directory.Exists(Folder) ? File.ReadAllText(Path.Combine(Folder, "PG_VERSION")).Trim() : null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException($"{Folder} belongs to another user: start the dashboard as root, or as the user who started it before.", e);
        }
        catch (FileNotFoundException e)
        {
            throw new StorageException($"{Folder} is no PostgreSQL data folder: move it away to start with an empty history.", e);
        }
    }

    /// <summary>Into a folder beside it first: one that is there is whole.</summary>
    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        string unfinished = Folder + ".unfinished";
        await HostCommand.DemandAsync("Removing what an interrupted start left", ["rm", "-rf", "--", unfinished], cancellationToken);
        await HostCommand.DemandAsync("Preparing PostgreSQL's folder", ["mkdir", "-m", "700", "--", unfinished], cancellationToken);
        PostgresAccount? maker = Account is null ? null : await Account.WithNameAsync(cancellationToken);
        if (maker is not null)
            await HostCommand.DemandAsync("Preparing PostgreSQL's folder", ["chown", maker.ToString(), "--", unfinished], cancellationToken);

        // The builtin locale sorts the same on every machine, so that files may move between them.
        await HostCommand.DemandAsync("Making PostgreSQL's files",
            [.. maker?.Prefix ?? [], Binaries.InitDb, "-D", unfinished, "--username=dashboard", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8",
             "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums", "--no-instructions"], cancellationToken);
        if (maker != Account)
            await HostCommand.DemandAsync("Preparing PostgreSQL's folder", ["chown", "-R", "--no-dereference", Account!.ToString(), "--", unfinished], cancellationToken);
        Directory.Move(unfinished, Folder);
    }
}
