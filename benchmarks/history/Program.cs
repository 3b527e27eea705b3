using System.Globalization;

using History.Benchmarks;

// history writer|reports|export [-scale N] [-connection STRING]
double scale = Option("-scale") is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : 1;
await using HistoryLab lab = await HistoryLab.StartAsync(Option("-connection"));
switch (args.FirstOrDefault())
{
    case "writer":
        await WriterBenchmark.RunAsync(lab, scale);
        return 0;
    case "reports":
        await ReportsBenchmark.RunAsync(lab, scale);
        return 0;
    case "export":
        await ExportBenchmark.RunAsync(lab, scale);
        return 0;
    default:
        Console.Error.WriteLine("history writer|reports|export [-scale N] [-connection STRING]");
        return 2;
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and int i && i + 1 < args.Length ? args[i + 1] : null;
