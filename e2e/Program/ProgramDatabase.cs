using System.Diagnostics;
using System.Globalization;

using Npgsql;

namespace E2E.Program;

/// <summary>The private PostgreSQL of a <see cref="DashboardProgram"/>, whose socket root may open.</summary>
internal static class ProgramDatabase
{
    private const int SocketFolderLine = 4;

    /// <summary>Connects beside the program.</summary>
    public static async Task<NpgsqlDataSource> OpenAsync(DashboardProgram program, CancellationToken cancellationToken)
    {
        string[] postmaster = await File.ReadAllLinesAsync(await PidFileAsync(program, cancellationToken), cancellationToken);
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder { Host = postmaster[SocketFolderLine], Username = "dashboard", Database = "dashboard", SslMode = SslMode.Disable, Pooling = false });
    }

    public static async Task ExecuteAsync(this NpgsqlDataSource database, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Its processes, the one that starts the others first; none while it is not running.</summary>
    public static async Task<int[]> ProcessesAsync(DashboardProgram program, CancellationToken cancellationToken)
    {
        string pidFile = await PidFileAsync(program, cancellationToken);
        if (!File.Exists(pidFile))
            return [];
        int postmaster = int.Parse((await File.ReadAllLinesAsync(pidFile, cancellationToken))[0], CultureInfo.InvariantCulture);
        // A killed one leaves its file behind, and its pid may now belong to a stranger, whom we must not signal.
        if (!Machine.CommandLine(postmaster).Contains(Path.GetDirectoryName(pidFile)!, StringComparison.Ordinal))
            return [];
        return [postmaster, .. Process.GetProcesses().Select(process => process.Id).Where(id => ParentOf(id) == postmaster)];
    }

    public static async Task SignalAsync(string signal, int[] processes, CancellationToken cancellationToken)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", .. processes.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    // 4711 (postgres) S 4709 …: the name may hold anything but ends with the last parenthesis
    private static int? ParentOf(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // gone
        }
    }

    private static async Task<string> PidFileAsync(DashboardProgram program, CancellationToken cancellationToken)
    {
        string data = Path.Combine(program.Folder, "data");
        string location = Path.Combine(data, "postgres.location");
        string folder = File.Exists(location) ? (await File.ReadAllTextAsync(location, cancellationToken)).Trim() : Path.Combine(data, "postgres");
        return Path.Combine(folder, "postmaster.pid");
    }
}
