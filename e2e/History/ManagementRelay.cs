using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

using E2E.Lab;

namespace E2E.History;

/// <summary>
/// Stands between a dashboard and a daemon on a socket of its own, passes every byte on, and keeps the last counters that the
/// daemon reported for each session: the truth that a history has to match. The line can be cut.
/// </summary>
internal sealed class ManagementRelay : IAsyncDisposable
{
    private readonly string _daemon;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<ReportedSession, (long Received, long Sent)> _counters = [];
    private readonly Task _accepting;
    private volatile TaskCompletionSource _cut = new();
    private volatile Task _line = Task.CompletedTask;
    private volatile bool _takesNoMore;

    public ManagementRelay(string path, string daemon)
    {
        (Path, _daemon) = (path, daemon);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string Path { get; }

    /// <summary>The last counters of every session that the daemon has ever listed.</summary>
    public IReadOnlyDictionary<ReportedSession, (long Received, long Sent)> Counters => _counters;

    /// <summary>Waits until the line that there is has ended and all that came over it is in <see cref="Counters"/>. There is no other afterwards.</summary>
    /// <param name="end">What ends it, on the daemon's side.</param>
    public async Task EndLastLineAsync(Func<Task> end, CancellationToken cancellationToken)
    {
        _takesNoMore = true;
        await end();
        await _line.WaitAsync(cancellationToken);
    }

    /// <summary>Both sides lose the connection, if there is one.</summary>
    public void Cut() => _cut.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using Socket dashboard = await _listener.AcceptAsync(_ended.Token);
                if (_takesNoMore)
                    continue;
                using Socket daemon = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                TaskCompletionSource cut = _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
                using CancellationTokenSource line = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
                try
                {
                    await daemon.ConnectAsync(new UnixDomainSocketEndPoint(_daemon), line.Token);
                    Task said = PassAsync(daemon, dashboard, new LineReader(this), line.Token);
                    Task<bool> asked = PassAsync(dashboard, daemon, null, line.Token);
                    _line = Task.WhenAll(said, asked);
                    if (await Task.WhenAny(said, asked, cut.Task) == asked && !await asked)
                        await Task.WhenAny(said, cut.Task); // a daemon that takes nothing any more is heard to its end
                    await line.CancelAsync();
                    await _line; // nobody uses the sockets any more when they go
                }
                catch (Exception e) when (e is SocketException or OperationCanceledException && !_ended.IsCancellationRequested)
                {
                    // The daemon is not there: the dashboard sees its connection end.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException && _ended.IsCancellationRequested)
        {
            // the test is over
        }
    }

    /// <returns>Whether it was the first who left; false when the second takes nothing any more.</returns>
    private static async Task<bool> PassAsync(Socket from, Socket to, LineReader? reader, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[16 * 1024];
        bool isSending = false;
        try
        {
            while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and int length)
            {
                isSending = true;
                await to.SendAllAsync(buffer.AsMemory(0, length), cancellationToken);
                isSending = false;
                reader?.Read(buffer.AsSpan(0, length)); // what could not be handed on was not reported
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // either side is gone
        }
        return !isSending;
    }

    /// <summary>One connection's lines. CIDs mean nothing beyond it.</summary>
    private sealed class LineReader(ManagementRelay relay)
    {
        private readonly List<byte> _line = [];
        private readonly List<string> _rows = [];
        private readonly Dictionary<uint, ReportedSession> _sessions = [];
        private readonly Dictionary<uint, (long Received, long Sent)> _unlisted = [];

        public void Read(ReadOnlySpan<byte> bytes)
        {
            foreach (byte b in bytes)
            {
                if (b != '\n')
                {
                    _line.Add(b);
                    continue;
                }
                ReadLine(Encoding.UTF8.GetString([.. _line]).TrimEnd('\r'));
                _line.Clear();
            }
        }

        private void ReadLine(string line)
        {
            // >BYTECOUNT_CLI:{CID},{BYTES_IN},{BYTES_OUT}
            if (line.StartsWith(">BYTECOUNT_CLI:", StringComparison.Ordinal) && line[">BYTECOUNT_CLI:".Length..].Split(',') is [var cid, var received, var sent])
                Report(uint.Parse(cid, CultureInfo.InvariantCulture), long.Parse(received, CultureInfo.InvariantCulture), long.Parse(sent, CultureInfo.InvariantCulture));
            else if (line.StartsWith(">STATE:", StringComparison.Ordinal) && line.Contains(",RECONNECTING,", StringComparison.Ordinal))
                Forget(); // CIDs begin again
            else if (line.StartsWith("CLIENT_LIST\t", StringComparison.Ordinal))
                _rows.Add(line);
            else if (line is "END")
                TakeList();
        }

        // Of a list that never ended nobody knows anything.
        private void TakeList()
        {
            _rows.ForEach(List);
            _rows.Clear();
        }

        private void Forget()
        {
            _sessions.Clear();
            _unlisted.Clear();
        }

        private void List(string line)
        {
            string[] fields = line.Split('\t');
            StatusRow row = StatusRow.Parse(line);
            if (row.CommonName is "UNDEF" && fields[3].Length == 0 && fields[4].Length == 0)
                return; // it has not said who it is
            _sessions[row.ClientId] = new ReportedSession(row.ClientId, row.CommonName, long.Parse(fields[8], CultureInfo.InvariantCulture));
            Report(row.ClientId, row.BytesReceived, row.BytesSent);
            if (_unlisted.Remove(row.ClientId, out (long Received, long Sent) earlier))
                Report(row.ClientId, earlier.Received, earlier.Sent);
        }

        private void Report(uint cid, long received, long sent)
        {
            if (_sessions.TryGetValue(cid, out ReportedSession? session))
                relay._counters.AddOrUpdate(session, (received, sent), (_, last) => (Math.Max(last.Received, received), Math.Max(last.Sent, sent)));
            else
                _unlisted[cid] = (received, sent);
        }
    }
}
