using System.Globalization;

using Dashboard.Access;
using Dashboard.Fleet;
using Dashboard.History.Reports;
using Dashboard.Storage;

using Mgmt.Core.Status;

using Microsoft.Extensions.Options;

using Npgsql;

namespace Dashboard.History.Transfer;

/// <summary><c>dashboard history import</c> and <c>export</c>. Work beside a running dashboard and without one.</summary>
internal static class HistoryCommand
{
    public const string Usage = """
        Usage: dashboard history import [--server NAME | --retired-server NAME] [--zone ZONE] FILE...
               dashboard history export sessions|minutes|events [--server NAME] [--user NAME] [--from TIME] [--to TIME]

        import takes what OpenVPN wrote with --status (versions 1 to 3), and logs of many of these, as the history of the server
        NAME. The only server of the configuration need not be named; one that the configuration has no more is named with
        --retired-server. Nothing of this can be taken back. ZONE is where the server was, for version 1, which has
        local times: Europe/Paris, for example; this machine's without it. What has been taken already is not counted twice.

        export writes a table (CSV) to the standard output: of the last 30 days, or from --from to --to (2026-03-01T12:00:00Z).
        """;

    private const int MaxProblems = 20;

    /// <param name="args">What follows <c>history</c>.</param>
    /// <param name="create">Composes the application, which is not started.</param>
    /// <returns>The exit code: 0 when it was done, 1 when it could not be, or not all of it, 2 when it is not understood.</returns>
    public static async Task<int> RunAsync(string[] args, Func<string[], WebApplication> create, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        if (HistoryCommandLine.Parse(args) is not { } line)
        {
            await error.WriteLineAsync(Usage);
            return 2;
        }
        await using WebApplication app = create([.. line.Rest, "--Logging:LogLevel:Default=Warning", "--Logging:Console:LogToStandardErrorThreshold=Trace"]); // the output is a table's
        try
        {
            await using CommandStorage storage = await CommandStorage.OpenAsync(app, cancellationToken);
            app.Services.GetRequiredService<StorageState>().Set(StorageCondition.Ready);
            return line.Files.Length > 0
                ? await ImportAsync(app.Services, line, output, error, cancellationToken)
                : await ExportAsync(app.Services, line, output, cancellationToken);
        }
        catch (Exception e) when (e is StorageException or HistoryQueryException or HistoryUnavailableException or HistoryConflictException or NpgsqlException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await error.WriteLineAsync(CommandStorage.Explain(e));
            return 1;
        }
    }

    private static async Task<int> ImportAsync(IServiceProvider services, HistoryCommandLine line, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if ((line.Server ?? OnlyServer(services)) is not { } server)
        {
            await error.WriteLineAsync("Whose history is it? The configuration names not exactly one server: say which with --server NAME.");
            return 2;
        }
        if (!line.IsRetired && !Names(services).Contains(server, StringComparer.Ordinal))
        {
            await error.WriteLineAsync($"The configuration has no server '{HostileText.Visible(server)}', only: {string.Join(", ", Names(services))}. If it was one of yours: --retired-server NAME. Nothing was taken.");
            return 2;
        }
        using HistoryWriter writer = ActivatorUtilities.CreateInstance<HistoryWriter>(services, new PostgresHistoryStore(services.GetRequiredService<NpgsqlDataSource>()) { KeepsEnds = true });
        StatusImport import = ActivatorUtilities.CreateInstance<StatusImport>(services, server, writer, line.Zone);
        bool isWhole = true;
        foreach (string path in line.Files)
        {
            long problems = 0;
            void Tell(long number, MalformedRow row)
            {
                if (++problems <= MaxProblems)
                    error.WriteLine($"{path}{(number > 0 ? string.Create(CultureInfo.InvariantCulture, $":{number}") : "")}: {row.Reason}: {HostileText.Visible(row.Line)}");
            }

            await using BufferedStream file = new(File.OpenRead(path), 64 * 1024);
            ImportSummary summary = await import.RunAsync(file, Tell, cancellationToken);
            if (problems > MaxProblems)
                await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{path}: {problems - MaxProblems} more lines could not be taken."));
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{path}: {summary.Statuses} status(es), {summary.Sessions} session(s) of {server}{(problems > 0 ? $"; {problems} line(s) could not be taken" : "")}."));
            isWhole &= problems == 0 && summary.Statuses > 0;
        }
        await import.FinishAsync(cancellationToken);
        return isWhole ? 0 : 1;
    }

    private static async Task<int> ExportAsync(IServiceProvider services, HistoryCommandLine line, TextWriter output, CancellationToken cancellationToken)
    {
        HistoryExport export = services.GetRequiredService<HistoryExport>();
        DateTimeOffset to = line.To ?? services.GetRequiredService<TimeProvider>().GetUtcNow();
        HistoryRange range = HistoryRange.Create(line.From ?? to.AddDays(-30), to);
        await (line.Table switch
        {
            "sessions" => CsvTables.Sessions.WriteAsync(export.SessionsAsync(ServerAccess.Everything, new SessionQuery(range, line.Server, line.User), cancellationToken), output, cancellationToken),
            "events" => CsvTables.Events.WriteAsync(export.EventsAsync(ServerAccess.Everything, new EventQuery(range, line.Server, Client: line.User), cancellationToken), output, cancellationToken),
            _ => CsvTables.Minutes.WriteAsync(export.MinutesAsync(ServerAccess.Everything, range, line.Server, line.User, cancellationToken), output, cancellationToken),
        });
        return 0;
    }

    private static string[] Names(IServiceProvider services) => [.. services.GetRequiredService<IOptions<FleetOptions>>().Value.Everyone().Select(static server => server.Name)];

    private static string? OnlyServer(IServiceProvider services) => Names(services) is [var name] ? name : null;
}
