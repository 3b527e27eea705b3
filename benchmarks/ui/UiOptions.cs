using System.Globalization;

namespace Ui.Benchmarks;

/// <summary>The command line.</summary>
internal sealed record UiOptions
{
    public const string Usage = """
        Usage: dotnet run -c Release --project benchmarks/ui -- [server|sorted|scroll|paint|all] [OPTION...]

        Opens pages of two builds of the dashboard in headless Chromium, in turns, and prints what they cost beside each other.

          server   the server page with 3 and with 100 clients: the browser's main thread and heap
          sorted   the server page with 5,000 clients sorted by rate: bytes, the server's CPU, the main thread
          scroll   5,000 rows sorted by name: frames a second, blank rows
          paint    first paint, bytes and requests of every page, with a cold and a warm cache
          all      all of these (what is done where nothing is named)

          --rounds N      how often each build has its turn (3)
          --seconds N     how long each reading takes (8)
          --age N         seconds that the servers are looked after before the first round, so that there is a past to show (120)
          --pause N       seconds that a page is given to settle before it is measured (4)
          --other WHICH   the build to compare with: a commit, or the folder of a checkout (08813ba)
          --page TEXT     of the pages of "paint" those only whose name contains this
        """;

    private static readonly string[] s_measures = ["server", "sorted", "scroll", "paint"];

    /// <summary>What it takes to measure the same again.</summary>
    public string Command { get; private init; } = "";

    /// <summary>Which measures are wanted, by name.</summary>
    public IReadOnlyList<string> Measures { get; private init; } = s_measures;

    public int Rounds { get; private init; } = 3;

    public TimeSpan Duration { get; private init; } = TimeSpan.FromSeconds(8);

    public TimeSpan Age { get; private init; } = TimeSpan.FromSeconds(120);

    public TimeSpan Pause { get; private init; } = TimeSpan.FromSeconds(4);

    public string Other { get; private init; } = "08813ba";

    /// <summary>Empty for every page.</summary>
    public string Page { get; private init; } = "";

    /// <returns>Null where they make no sense.</returns>
    public static UiOptions? Parse(string[] args)
    {
        UiOptions options = new() { Command = string.Join(' ', ["dotnet run -c Release --project benchmarks/ui --", .. args]) };
        int i = 0;
        if (args is [{ } measure, ..] && !measure.StartsWith('-'))
        {
            if (measure is not "all" && !s_measures.Contains(measure))
                return null;
            options = options with { Measures = measure is "all" ? s_measures : [measure] };
            i = 1;
        }
        for (; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || options.With(args[i], args[i + 1]) is not { } more)
                return null;
            options = more;
        }
        return options;
    }

    private UiOptions? With(string name, string value) => name switch
    {
        "--rounds" when Number(value) is { } n and > 0 => this with { Rounds = n },
        "--seconds" when Number(value) is { } n and > 0 => this with { Duration = TimeSpan.FromSeconds(n) },
        "--age" when Number(value) is { } n => this with { Age = TimeSpan.FromSeconds(n) },
        "--pause" when Number(value) is { } n => this with { Pause = TimeSpan.FromSeconds(n) },
        "--other" when value.Length > 0 => this with { Other = value },
        "--page" => this with { Page = value },
        _ => null,
    };

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
