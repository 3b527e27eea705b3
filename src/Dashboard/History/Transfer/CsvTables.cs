using Dashboard.History.Reports;

namespace Dashboard.History.Transfer;

/// <summary>The tables that can be had. The columns' names are those of the JSON.</summary>
internal static class CsvTables
{
    public static readonly CsvTable<TrafficPoint> Traffic = new(
        ("from", point => point.From),
        ("to", point => point.To),
        ("receivedBytes", point => point.ReceivedBytes),
        ("sentBytes", point => point.SentBytes));

    public static readonly CsvTable<TopEntry> Top = new(
        ("name", entry => entry.Name),
        ("receivedBytes", entry => entry.ReceivedBytes),
        ("sentBytes", entry => entry.SentBytes));

    public static readonly CsvTable<ConcurrencyPoint> Concurrency = new(
        ("from", point => point.From),
        ("to", point => point.To),
        ("peak", point => point.Peak));

    public static readonly CsvTable<BillingMonth> Billing = new(
        ("server", month => month.Server),
        ("month", month => month.Month),
        ("receivedBytes", month => month.ReceivedBytes),
        ("sentBytes", month => month.SentBytes),
        ("received95", month => month.Received95),
        ("sent95", month => month.Sent95),
        ("peakClients", month => month.PeakClients),
        ("samples", month => month.Samples),
        ("asOf", month => month.AsOf));

    public static readonly CsvTable<SessionRecord> Sessions = new(
        ("session", session => session.Session.ToString()),
        ("server", session => session.Server),
        ("commonName", session => session.CommonName),
        ("username", session => session.Username),
        ("cid", session => session.Cid),
        ("realAddress", session => session.RealAddress),
        ("addresses", session => string.Join(' ', session.Addresses)),
        ("virtualAddress", session => session.VirtualAddress),
        ("virtualAddress6", session => session.VirtualAddress6),
        ("platform", session => session.Platform),
        ("cipher", session => session.Cipher),
        ("connectedSince", session => session.ConnectedSince),
        ("lastSeen", session => session.LastSeen),
        ("endedNotBefore", session => session.EndedNotBefore),
        ("endedNotAfter", session => session.EndedNotAfter),
        ("endReason", session => session.EndReason),
        ("receivedBytes", session => session.ReceivedBytes),
        ("sentBytes", session => session.SentBytes));

    public static readonly CsvTable<FlappingClient> Flapping = new(
        ("server", client => client.Server),
        ("commonName", client => client.CommonName),
        ("sessions", client => client.Sessions),
        ("medianLengthSeconds", client => client.MedianLength),
        ("first", client => client.First),
        ("last", client => client.Last));

    public static readonly CsvTable<ReconnectChain> Reconnects = new(
        ("server", chain => chain.Server),
        ("commonName", chain => chain.CommonName),
        ("sessions", chain => chain.Sessions),
        ("from", chain => chain.From),
        ("to", chain => chain.To),
        ("pausesSeconds", chain => chain.Pauses),
        ("receivedBytes", chain => chain.ReceivedBytes),
        ("sentBytes", chain => chain.SentBytes));

    public static readonly CsvTable<SharedName> SharedNames = new(
        ("commonName", pair => pair.CommonName),
        ("from", pair => pair.From),
        ("to", pair => pair.To),
        ("isTakeover", pair => pair.IsTakeover),
        ("olderServer", pair => pair.Older.Server),
        ("olderAddress", pair => pair.Older.RealAddress),
        ("olderSession", pair => pair.Older.Session.ToString()),
        ("newerServer", pair => pair.Newer.Server),
        ("newerAddress", pair => pair.Newer.RealAddress),
        ("newerSession", pair => pair.Newer.Session.ToString()));

    public static readonly CsvTable<LastSeen> LastSeen = new(
        ("commonName", name => name.CommonName),
        ("first", name => name.First),
        ("last", name => name.Last),
        ("isConnected", name => name.IsConnected),
        ("sessions", name => name.Sessions),
        ("lastServer", name => name.LastServer));

    public static readonly CsvTable<EventRecord> Events = new(
        ("at", line => line.At),
        ("server", line => line.Server),
        ("kind", line => line.Kind),
        ("severity", line => line.Severity),
        ("client", line => line.Client),
        ("address", line => line.Address),
        ("text", line => line.Text));

    public static readonly CsvTable<FailedAttempts> FailedAttempts = new(
        ("server", attempts => attempts.Server),
        ("address", attempts => attempts.Address),
        ("client", attempts => attempts.Client),
        ("count", attempts => attempts.Count),
        ("first", attempts => attempts.First),
        ("last", attempts => attempts.Last),
        ("lastText", attempts => attempts.LastText));

    public static readonly CsvTable<TrafficMinute> Minutes = new(
        ("minute", row => row.Minute),
        ("session", row => row.Session.ToString()),
        ("server", row => row.Server),
        ("commonName", row => row.CommonName),
        ("receivedBytes", row => row.ReceivedBytes),
        ("sentBytes", row => row.SentBytes),
        ("coversSeconds", row => row.CoversSeconds),
        ("gapFrom", row => row.GapFrom));
}
