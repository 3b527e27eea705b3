using Dashboard.History.Transfer;
using Dashboard.Tests.Storage;

using Microsoft.AspNetCore.Builder;

namespace Dashboard.Tests.History.Transfer;

/// <summary><c>dashboard history</c> as a person types it, on a real PostgreSQL.</summary>
public sealed class HistoryCommandTests : IAsyncLifetime, IDisposable
{
    private const string Header = "OpenVPN CLIENT LIST\nUpdated,2026-02-26 10:{0}:00\nCommon Name,Real Address,Bytes Received,Bytes Sent,Connected Since\n";
    private const string Trailer = "ROUTING TABLE\nVirtual Address,Common Name,Real Address,Last Ref\nGLOBAL STATS\nMax bcast/mcast queue length,0\nEND\n";

    private readonly TemporaryFolder _folder = new();
    private string _database = "";

    public async ValueTask InitializeAsync() => _database = await TestDatabase.MigratedAsync();

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Several_files_are_taken_told_one_by_one_and_can_be_had_as_a_table()
    {
        string first = File("first.log", Status("01", "alice,192.0.2.1:1194,100,10,2026-02-26 10:00:00\nbob,192.0.2.2:1194,7,7,2026-02-26 10:00:30\n"));
        string second = File("second.log", Status("03", "alice,192.0.2.1:1194,300,30,2026-02-26 10:00:00\n"));

        (int code, string output, string error) = await RunAsync("import", "--zone", "UTC", first, second);
        (int exported, string table, _) = await RunAsync("export", "sessions", "--from", "2026-02-26T00:00:00Z", "--to", "2026-02-27T00:00:00Z");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal([$"{first}: 1 status(es), 2 session(s) of paris.", $"{second}: 1 status(es), 1 session(s) of paris."], Lines(output));
        Assert.Equal(0, exported);
        Assert.Equal(3, Lines(table).Length);
        Assert.Single(Lines(table), line => line.Contains("\"alice\"", StringComparison.Ordinal) && line.Contains(",300,30", StringComparison.Ordinal));
        Assert.Single(Lines(table), line => line.Contains("\"bob\"", StringComparison.Ordinal) && line.Contains("2026-02-26T10:03:00", StringComparison.Ordinal)); // gone in the second
    }

    [Fact]
    public async Task A_server_that_the_configuration_has_not_is_taken_for_a_slip_unless_it_is_said_to_be_retired()
    {
        string file = File("old.log", Status("01", "alice,192.0.2.1:1194,100,10,2026-02-26 10:00:00\n"));

        (int code, string output, string error) = await RunAsync("import", "--zone", "UTC", "--server", "pairs", file);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("The configuration has no server 'pairs', only: paris.", error, StringComparison.Ordinal);

        (code, output, error) = await RunAsync("import", "--zone", "UTC", "--retired-server", "lyon", file);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal([$"{file}: 1 status(es), 1 session(s) of lyon."], Lines(output));
    }

    [Fact]
    public async Task A_file_that_was_cut_gives_what_is_whole_and_says_where_it_ends()
    {
        string whole = Status("01", "alice,192.0.2.1:1194,100,10,2026-02-26 10:00:00\nb\u001b[31mb,192.0.2.2:1194,7");
        string cut = File("cut.log", whole[..(whole.IndexOf(",7", StringComparison.Ordinal) + 2)]);

        (int code, string output, string error) = await RunAsync("import", "--zone", "UTC", cut);

        Assert.Equal(1, code);
        Assert.Equal([$"{cut}: 1 status(es), 1 session(s) of paris; 1 line(s) could not be taken."], Lines(output));
        Assert.StartsWith($"{cut}:5: the file ends in the middle of the line: b", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', error);
    }

    [Fact]
    public async Task A_server_that_dials_in_counts_when_there_is_to_be_only_one()
    {
        string file = File("status.log", Status("01", "alice,192.0.2.1:1194,100,10,2026-02-26 10:00:00\n"));

        (int code, _, string error) = await RunAsync("import", "--zone", "UTC", "--Dashboard:Listeners:0:Name=lyon", "--Dashboard:Listeners:0:Endpoint=unix:/nowhere/lyon", file);

        Assert.Equal(2, code);
        Assert.Contains("not exactly one server", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "could not find", "import", "/no/such/file")]
    [InlineData(2, "Usage:", "import")]
    [InlineData(2, "Usage:", "import", "--zone", "Atlantis/Centre", "x")]
    [InlineData(2, "Usage:", "export", "passwords")]
    [InlineData(1, "reversed", "export", "sessions", "--from", "2026-02-27T00:00:00Z", "--to", "2026-02-26T00:00:00Z")]
    public async Task What_cannot_be_done_has_an_exit_code_and_words(int code, string words, params string[] args)
    {
        (int actual, string output, string error) = await RunAsync(args);

        Assert.Equal((code, ""), (actual, output));
        Assert.Contains(words, error, StringComparison.OrdinalIgnoreCase);
    }

    private static string Status(string minute, string rows) => Header.Replace("{0}", minute, StringComparison.Ordinal) + rows + Trailer;

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private string File(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = await HistoryCommand.RunAsync(args, rest => DashboardApp.Create(new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardApp).Assembly.GetName().Name,
            EnvironmentName = "Development", // static files come from where the build left them
            Args =
            [
                .. rest, $"--Dashboard:History:ConnectionString={_database}", $"--Dashboard:History:DataDirectory={_folder.Path}",
                "--Dashboard:Servers:0:Name=paris", "--Dashboard:Servers:0:Endpoint=unix:/nowhere/at/all",
            ],
        }), output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString().Trim());
    }
}
