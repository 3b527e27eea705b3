using System.Diagnostics;
using System.Globalization;

using Dashboard.History;

using Microsoft.Extensions.Options;

using Npgsql;

namespace Dashboard.Storage;

/// <summary>
/// A PostgreSQL of the dashboard's own, on a unix socket that nobody else can open. It lives no longer than the dashboard,
/// however that ends, and a start clears up whatever the last end left. One caller at a time.
/// </summary>
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string LockFile = "dashboard.lock";
    private static readonly TimeSpan s_shutdownPatience = TimeSpan.FromSeconds(20);

    private readonly ILogger<EmbeddedPostgres> _logger;
    private readonly string _root;
    private readonly string _socketFolder;
    private FileStream? _lock;
    private Process? _supervisor;
    private Task<string> _ended = Task.FromResult("");

    public EmbeddedPostgres(IOptions<HistoryOptions> options, InstallationRoot root, ILogger<EmbeddedPostgres> logger)
    {
        _logger = logger;
        _root = root.Path;
        DataFolder = Path.GetFullPath(options.Value.DataDirectory, root.Path);
        _socketFolder = SocketFolder.For(DataFolder);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = _socketFolder,
            Username = "dashboard",
            Database = "dashboard",
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            MaxPoolSize = 20,
            Timeout = 10,
            ApplicationName = "openvpn-dashboard",
        }.ConnectionString;
    }

    public string DataFolder { get; }
    public string ConnectionString { get; }

    /// <summary>Takes the data folder for this process; throws when another dashboard has it.</summary>
    public void Claim()
    {
        try
        {
            Directory.CreateDirectory(DataFolder);
            _lock = new FileStream(Path.Combine(DataFolder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException($"The data folder {DataFolder} cannot be written to by this user: start the dashboard as its owner, or set Dashboard:History:DataDirectory.", e);
        }
        catch (IOException e) when (File.Exists(Path.Combine(DataFolder, LockFile)))
        {
            throw new StorageException($"Another dashboard is running on the data folder {DataFolder}: stop it first, or give this one its own Dashboard:History:DataDirectory.", e);
        }
        catch (IOException e)
        {
            throw new StorageException($"The data folder {DataFolder} cannot be made: {e.Message}", e);
        }
    }

    /// <summary>Completes when the running server has ended, with its last words; completed when none runs.</summary>
    public Task<string> Ended => _ended;

    /// <summary>Starts the server unless it runs, and returns when it takes connections.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_ended.IsCompleted)
            return;
        PostgresCluster cluster = await PostgresCluster.OpenAsync(DataFolder, PostgresBinaries.Find(_root), cancellationToken);
        await ClearLeftoverAsync(cluster.Folder, cancellationToken);
        await SocketFolder.CreateAsync(_socketFolder, cluster.Account, cancellationToken);

        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Process supervisor = new() { StartInfo = HostCommand.StartInfo(PostgresSupervisor.Command(cluster.ServerCommand(Settings()))) };
        supervisor.Start();
        _supervisor?.Dispose();
        _supervisor = supervisor;
        _ended = ListenAsync(supervisor, ready);
        await Task.WhenAny(ready.Task, _ended).WaitAsync(cancellationToken);
        if (!ready.Task.IsCompleted)
            throw new StorageException($"PostgreSQL did not start: {await _ended}");
        Log.PostgresStarted(_logger, cluster.Folder, _socketFolder);
    }

    /// <summary>Tells the server to shut down and waits until it has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_supervisor is not null && !_ended.IsCompleted)
        {
            _supervisor.StandardInput.Close();
            await _ended.WaitAsync(cancellationToken);
            SocketFolder.Remove(_socketFolder);
            Log.PostgresStopped(_logger);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync(new CancellationTokenSource(s_shutdownPatience).Token);
        }
        catch (OperationCanceledException)
        {
            // The pipe is closed: the supervisor sees to the rest.
        }
        _supervisor?.Dispose();
        _lock?.Dispose();
    }

    private string[] Settings()
    {
        (string Name, string Value)[] settings =
        [
            ("listen_addresses", ""),
            ("port", "5432"),
            ("unix_socket_directories", _socketFolder),
            ("unix_socket_permissions", "0700"),
            ("cluster_name", "openvpn-dashboard"),
            ("max_connections", "40"),
            ("shared_buffers", "128MB"),
            ("maintenance_work_mem", "64MB"),
            ("work_mem", "32MB"), // tens of thousands of clients are added up in memory
            ("effective_io_concurrency", OperatingSystem.IsLinux() ? "64" : "0"), // a client's year lies on thousands of pages; others cannot read ahead
            ("wal_level", "minimal"), // nobody replicates from here
            ("max_wal_senders", "0"),
            ("max_wal_size", "1GB"),
            ("jit", "off"),
            ("timezone", "UTC"),
            ("logging_collector", "off"),
            ("log_destination", "stderr"),
            ("log_line_prefix", ""),
            ("log_error_verbosity", "terse"),
            ("log_min_error_statement", "panic"), // a statement may hold what must not be logged
            ("lc_messages", "C"), // we read them
        ];
        return [.. settings.SelectMany(setting => new[] { "-c", $"{setting.Name}={setting.Value}" })];
    }

    /// <summary>Reads the server's log until its end: the one place where it says that it is ready, or why it is not.</summary>
    private async Task<string> ListenAsync(Process supervisor, TaskCompletionSource ready)
    {
        string complaint = "";
        while (await supervisor.StandardError.ReadLineAsync() is string line)
        {
            if (line.EndsWith("database system is ready to accept connections", StringComparison.Ordinal))
                ready.TrySetResult();
            if (line.StartsWith("FATAL:", StringComparison.Ordinal) || line.StartsWith("PANIC:", StringComparison.Ordinal) || (complaint.Length == 0 && !line.StartsWith("LOG:", StringComparison.Ordinal)))
                complaint = line.Trim();
            Log.PostgresSays(_logger, line);
        }
        await supervisor.WaitForExitAsync();
        return complaint.Length > 0 ? complaint : $"it ended with code {supervisor.ExitCode.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>
    /// A dashboard that was killed leaves a server that is shutting down, or, where its supervisor was killed too, one that
    /// is not. We hold the data folder's lock, so a server on it is a leftover, and a pid file without one is stale.
    /// </summary>
    private async Task ClearLeftoverAsync(string folder, CancellationToken cancellationToken)
    {
        string pidFile = Path.Combine(folder, "postmaster.pid");
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_shutdownPatience);
        for (bool asked = false; ReadPid(pidFile) is int pid; asked = true)
        {
            if (!await WorksInAsync(pid, folder, cancellationToken))
            {
                File.Delete(pidFile);
                return;
            }
            if (!asked)
            {
                Log.LeftoverPostgres(_logger, pid, folder);
                await HostCommand.RunAsync(["kill", "-INT", pid.ToString(CultureInfo.InvariantCulture)], cancellationToken);
            }
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new StorageException($"A PostgreSQL from before (process {pid}) still runs on {folder} and does not shut down: end it.");
            }
        }
    }

    private static int? ReadPid(string pidFile)
    {
        try
        {
            return int.TryParse(File.ReadLines(pidFile).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : 0;
        }
        catch (IOException)
        {
            return null; // gone
        }
    }

    /// <summary>PostgreSQL works in its data folder, and a process that only has the same number does not.</summary>
    private static async Task<bool> WorksInAsync(int pid, string folder, CancellationToken cancellationToken)
    {
        // Device and inode, not names: there may be symbolic links on the way. The trailing /. follows the process's own link.
        HostCommand.Result stat = await HostCommand.RunAsync(["stat", "-L", "-c", "%d:%i", "--", $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cwd/.", folder], cancellationToken);
        return stat.Succeeded && stat.Output.Split('\n') is [string current, string wanted] && current == wanted;
    }
}
