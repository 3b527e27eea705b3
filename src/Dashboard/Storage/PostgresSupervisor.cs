namespace Dashboard.Storage;

/// <summary>
/// The command that keeps a PostgreSQL no longer than the dashboard that started it. A shell stands between the two: it
/// reads a pipe that only the dashboard holds open. When the pipe ends, because the dashboard closed it or was killed with
/// no chance to say anything, it tells PostgreSQL to shut down, and itself ends with PostgreSQL. It tells it until it has:
/// a server that has only just been started does not hear signals yet.
/// </summary>
internal static class PostgresSupervisor
{
    private const string Script = """
        trap '' HUP INT TERM
        exec 3<&0 >/dev/null
        "$@" 3<&- </dev/null &
        postgres=$!
        { while read -r _; do :; done; while kill -INT "$postgres"; do sleep 0.2; done; } <&3 3<&- 2>/dev/null &
        watcher=$!
        exec 3<&- </dev/null
        wait "$postgres"
        status=$?
        kill -KILL "$watcher" 2>/dev/null
        exit "$status"
        """;

    /// <summary>A session of its own, so that Ctrl-C in a terminal does not reach PostgreSQL before the history is written.</summary>
    public static IReadOnlyList<string> Command(IReadOnlyList<string> server) => ["setsid", "sh", "-c", Script, "postgres-supervisor", .. server];
}
