using System.Diagnostics;
using System.Globalization;

using Dashboard.Access;
using Dashboard.Fleet;
using Dashboard.History.Events;
using Dashboard.History.Reports;

namespace History.Benchmarks;

/// <summary>What each report page asks, on a generated year, with other servers, clients and periods each time.</summary>
internal static class ReportsBenchmark
{
    private const int Runs = 40;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(40);

    public static async Task RunAsync(HistoryLab lab, double scale)
    {
        int clients = Math.Max(200, (int)(50_000 * scale));
        int servers = Math.Max(2, clients / GeneratedYear.ClientsPerServer);
        int withMinutes = Math.Max(50, (int)(2000 * scale));
        long began = Stopwatch.GetTimestamp();
        GeneratedYear year = new(lab, clients, withMinutes, servers);
        if (!await year.IsMadeAsync()) // -connection may name one that a run before has filled
            await year.MakeAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a year of {clients:N0} clients on {servers} servers, 30 days of minutes of {withMinutes:N0}, {GeneratedYear.EventDays} days of events: made or found in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));

        Random random = new(1);
        ITrafficReports traffic = lab.Get<ITrafficReports>();
        ISessionReports sessions = lab.Get<ISessionReports>();
        IEventReports events = lab.Get<IEventReports>();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        HistoryRange Last(double days) => HistoryRange.Create(now.AddDays(-days), now);
        string Server() => $"server-{random.Next(1, servers + 1)}";
        string Client(int of) => $"client-{random.Next(1, of + 1)}";
        ServerAccess all = ServerAccess.Everything;

        await MeasureAsync("traffic of a server, an hour", () => traffic.TrafficAsync(all, new TrafficQuery(Last(1 / 24.0), Server(), null, TimeZoneInfo.Utc)));
        await MeasureAsync("traffic of a server, a day", () => traffic.TrafficAsync(all, new TrafficQuery(Last(1), Server(), null, TimeZoneInfo.Utc)));
        await MeasureAsync("traffic of a server, a year", () => traffic.TrafficAsync(all, new TrafficQuery(Last(365), Server(), null, TimeZoneInfo.Utc)));
        await MeasureAsync("traffic of all servers, a year", () => traffic.TrafficAsync(all, new TrafficQuery(Last(365), null, null, TimeZoneInfo.Utc)));
        await MeasureAsync("traffic of a client, a day by minutes", () => traffic.TrafficAsync(all, new TrafficQuery(Last(0.9), null, Client(withMinutes), TimeZoneInfo.Utc, TrafficStep.Minute)));
        await MeasureAsync("traffic of a client, a year", () => traffic.TrafficAsync(all, new TrafficQuery(Last(365), null, Client(clients), TimeZoneInfo.Utc)));
        await MeasureAsync("top talkers, an hour", () => traffic.TopAsync(all, new TopQuery(Last(1 / 24.0), TopSubject.Client)));
        await MeasureAsync("top talkers, a week", () => traffic.TopAsync(all, new TopQuery(Last(7), TopSubject.Client)));
        await MeasureAsync("top talkers, a year", () => traffic.TopAsync(all, new TopQuery(Last(365), TopSubject.Client)));
        await MeasureAsync("top talkers of a server, a year", () => traffic.TopAsync(all, new TopQuery(Last(365), TopSubject.Client, Server())));
        await MeasureAsync("top servers, a year", () => traffic.TopAsync(all, new TopQuery(Last(365), TopSubject.Server)));
        await MeasureAsync("concurrent clients, a year", () => traffic.ConcurrencyAsync(all, null, Last(365), TimeZoneInfo.Utc));
        await MeasureAsync("billing, a year", () => traffic.BillingAsync(all, null, DateOnly.FromDateTime(now.UtcDateTime).AddMonths(-11), DateOnly.FromDateTime(now.UtcDateTime)));
        await MeasureAsync("sessions, a month, newest page", () => sessions.FindAsync(all, new SessionQuery(Last(30))));
        await MeasureAsync("sessions of a client, a year", () => sessions.FindAsync(all, new SessionQuery(Last(365), CommonName: Client(clients))));
        await MeasureAsync("sessions, part of a name, a month", () => sessions.FindAsync(all, new SessionQuery(Last(30), Text: Client(clients))));
        await MeasureAsync("sessions, part of a name, a year", () => sessions.FindAsync(all, new SessionQuery(Last(365), Text: Client(clients)[3..])));
        await MeasureAsync("sessions, an address, a year", () => sessions.FindAsync(all, new SessionQuery(Last(365), Text: $"198.51.{random.Next(0, 4)}.{random.Next(0, 250)}")));
        await MeasureAsync("sessions, a name of nobody, a year", () => sessions.FindAsync(all, new SessionQuery(Last(365), Text: "nobody at all")));
        await MeasureAsync("reconnect chains of a client, a year", () => sessions.ReconnectsAsync(all, $"client-{1 + (100 * random.Next(0, clients / 100))}", Last(365), server: null, TimeSpan.FromMinutes(5)));
        await MeasureAsync("flapping, a year", () => sessions.FlappingAsync(all, Last(365), null));
        await MeasureAsync("shared names, a year", () => sessions.SharedNamesAsync(all, Last(365), null));
        await MeasureAsync("flapping, a week", () => sessions.FlappingAsync(all, Last(7), null));
        await MeasureAsync("shared names, a week", () => sessions.SharedNamesAsync(all, Last(7), null));
        await MeasureAsync("failed attempts, 30 days", () => events.FailedAttemptsAsync(all, Last(30), null));
        await MeasureAsync("events, newest page of 30 days", () => events.FindAsync(all, new EventQuery(Last(30))));
        await MeasureAsync("events with a rare word, 30 days", () => events.FindAsync(all, new EventQuery(Last(30), Text: GeneratedYear.RareWord)));
        await MeasureAsync("events with a common word, 30 days", () => events.FindAsync(all, new EventQuery(Last(30), Text: GeneratedYear.CommonWord)));
        await MeasureAsync("events with a word of none, 30 days", () => events.FindAsync(all, new EventQuery(Last(30), Text: "wombat")));
        await MeasureAsync("events of a client with a rare word", () => events.FindAsync(all, new EventQuery(Last(30), Client: "client-7", Text: GeneratedYear.RareWord)));
        await MeasureAsync("a server's last event of a kind it has not", () => lab.Get<PostgresEventStore>().LastAsync(Server(), [ServerEventKind.Echo], CancellationToken.None));
        await MeasureAsync("last seen, first page", () => sessions.LastSeenAsync(all, null));
        await MeasureAsync("one client", () => sessions.ClientAsync(all, Client(clients)));
    }

    private static async Task MeasureAsync<T>(string name, Func<Task<T>> ask)
    {
        await ask(); // warm
        List<double> times = [];
        for (long start = Stopwatch.GetTimestamp(); times.Count < Runs && (times.Count < 3 || Stopwatch.GetElapsedTime(start) < s_longest);)
        {
            long began = Stopwatch.GetTimestamp();
            await ask();
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-43} median {times[times.Count / 2],7:0.0} ms   p95 {times[(int)(times.Count * 0.95)],7:0.0} ms{(times.Count < Runs ? $"   ({times.Count} runs)" : "")}"));
    }
}
