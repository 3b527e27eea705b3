using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Tests.Shared;

/// <summary>
/// A daemon's side of the management interface: greeting, password, one slot, scripted replies. Reached over an in-memory connection
/// (<see cref="Connect"/>) or a real socket (<see cref="ListenTcp"/>, <see cref="ListenUnix"/>). Commands without a scripted reply are answered as OpenVPN
/// answers them where that is simple, else with its error for unknown commands.
/// </summary>
public sealed class FakeOpenVpnServer : IAsyncDisposable
{
    private readonly Channel<Stream> _arrivals = Channel.CreateUnbounded<Stream>();
    private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();
    private readonly ConcurrentDictionary<string, Func<string, string?>> _replies = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly List<Task> _tasks = [];
    private readonly List<Socket> _listeners = [];
    private readonly Lock _gate = new();
    private bool _isDisposed;
    private volatile bool _holds;
    private TaskCompletionSource<Stream> _session = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeOpenVpnServer() => _tasks.Add(ServeAsync());

    /// <summary>What it says first; null for a daemon that says nothing (its slot is taken).</summary>
    public string? Greeting { get; set; } = ">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n";

    /// <summary>The management password; null if none is asked for.</summary>
    public string? Password { get; set; }

    /// <summary>What comes right after the greeting, such as a pending <c>&gt;HOLD</c>.</summary>
    public string AfterGreeting { get; set; } = "";

    /// <summary>The version text of <c>version</c> and <c>status</c>.</summary>
    public string Version { get; set; } = "OpenVPN 2.6.14 x86_64-pc-linux-gnu [SSL (OpenSSL)] [LZO] [LZ4] [EPOLL] [PKCS11] [MH/PKTINFO] [AEAD] [DCO]";

    /// <summary>The last part of the path of each unix socket, removed at the end.</summary>
    public ConcurrentBag<string> SocketFiles { get; } = [];

    /// <summary>Sessions that got the slot so far.</summary>
    public int Sessions { get; private set; }

    /// <summary>Connects over memory and returns the management client's end.</summary>
    public Stream Connect()
    {
        (Stream near, Stream far) = PipeStream.CreatePair();
        _arrivals.Writer.TryWrite(far);
        return near;
    }

    /// <summary>Listens on a TCP port of 127.0.0.1 (0 chooses one) and returns the endpoint.</summary>
    public IPEndPoint ListenTcp(int port = 0)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        Listen(listener);
        return (IPEndPoint)listener.LocalEndPoint!;
    }

    /// <summary>Listens on a unix socket.</summary>
    public void ListenUnix(string path)
    {
        File.Delete(path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        SocketFiles.Add(path);
        Listen(listener);
    }

    /// <summary>Dials a management client that listens on a unix socket, as <c>management-client</c> does.</summary>
    public async Task DialAsync(string path, CancellationToken cancellationToken = default)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        _arrivals.Writer.TryWrite(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Scripts the reply to a command, by its first word or its whole line (which is tried first). Lines end in CR LF.</summary>
    /// <param name="command">Such as <c>status 3</c> or <c>kill</c>.</param>
    /// <param name="reply">The exact bytes as text; null for no reply at all.</param>
    public void On(string command, string? reply) => On(command, _ => reply);

    /// <summary>Scripts the reply to a command by a function of its whole line.</summary>
    public void On(string command, Func<string, string?> reply) => _replies[command] = reply;

    /// <summary>Says something to the session that holds the slot, after waiting for one if need be.</summary>
    public async Task SayAsync(string text, CancellationToken cancellationToken = default) => await SayAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <summary>Says bytes to the session that holds the slot, after waiting for one if need be.</summary>
    public async Task SayAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        Stream session = await CurrentSession().WaitAsync(cancellationToken);
        await WriteAsync(session, bytes, cancellationToken);
    }

    /// <summary>The next command line that was received, without its line end. The password is not among them.</summary>
    public async Task<string> HeardAsync(CancellationToken cancellationToken = default) => await _heard.Reader.ReadAsync(cancellationToken);

    /// <summary>Waits until a certain command line is received; others before it are skipped.</summary>
    public async Task HeardAsync(string command, CancellationToken cancellationToken = default)
    {
        while (await HeardAsync(cancellationToken) != command)
        {
            // somebody else's
        }
    }

    /// <summary>Closes the present session, as a daemon that ends does.</summary>
    public async Task HangUpAsync(CancellationToken cancellationToken = default)
    {
        Stream session = await CurrentSession().WaitAsync(cancellationToken);
        await session.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await _ending.CancelAsync();
        Task[] tasks;
        lock (_gate)
        {
            foreach (Socket listener in _listeners)
                listener.Dispose();
            tasks = [.. _tasks];
        }

        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_arrivals.Reader.TryRead(out Stream? waiting))
            await waiting.DisposeAsync();
        foreach (string path in SocketFiles)
            File.Delete(path);
        _ending.Dispose();
        _writing.Dispose();
    }

    private Task<Stream> CurrentSession()
    {
        lock (_gate)
            return _session.Task;
    }

    private void Listen(Socket listener)
    {
        listener.Listen(16);
        lock (_gate)
        {
            _listeners.Add(listener);
            _tasks.Add(AcceptAsync(listener));
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
                _arrivals.Writer.TryWrite(new NetworkStream(await listener.AcceptAsync(_ending.Token), ownsSocket: true));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    /// <summary>One slot: whoever comes while a session lasts waits in silence.</summary>
    private async Task ServeAsync()
    {
        await foreach (Stream transport in _arrivals.Reader.ReadAllAsync(_ending.Token))
        {
            try
            {
                await ServeAsync(transport);
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // the client went away in the middle
            }
            finally
            {
                await transport.DisposeAsync();
                lock (_gate)
                {
                    if (_session.Task.IsCompleted)
                        _session = new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
    }

    private async Task ServeAsync(Stream transport)
    {
        var lines = new LineSource(transport);
        if (Password is not null && !await AskPasswordAsync(transport, lines))
            return;
        if (Greeting is not null)
            await WriteAsync(transport, Encoding.UTF8.GetBytes(Greeting + AfterGreeting), _ending.Token);
        Sessions++;
        lock (_gate)
            _session.TrySetResult(transport);
        while (await lines.NextAsync(_ending.Token) is { } line)
        {
            _heard.Writer.TryWrite(line);
            if (line is "exit" or "quit")
                return;
            if (ReplyTo(line) is { } reply)
                await WriteAsync(transport, Encoding.UTF8.GetBytes(reply), _ending.Token);
        }
    }

    private async Task<bool> AskPasswordAsync(Stream transport, LineSource lines)
    {
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            await WriteAsync(transport, "ENTER PASSWORD:"u8.ToArray(), _ending.Token);
            string? answer = await lines.NextAsync(_ending.Token);
            if (answer is null)
                return false;
            if (answer == Password)
            {
                await WriteAsync(transport, "SUCCESS: password is correct\r\n"u8.ToArray(), _ending.Token);
                return true;
            }
        }

        return false;
    }

    private string? ReplyTo(string line)
    {
        string word = line.Split(' ', 2)[0];
        if (line is "hold on" or "hold off")
            _holds = line is "hold on";
        if (_replies.TryGetValue(line, out Func<string, string?>? reply) || _replies.TryGetValue(word, out reply))
            return reply(line);
        return line switch
        {
            "" => null,
            "pid" => "SUCCESS: pid=4711\r\n",
            "version" => $"OpenVPN Version: {Version}\r\nManagement Version: 5\r\nEND\r\n",
            "hold" => $"SUCCESS: hold={(_holds ? 1 : 0)}\r\n",
            "hold on" => "SUCCESS: hold flag set to ON\r\n",
            "hold off" => "SUCCESS: hold flag set to OFF\r\n",
            "hold release" => "SUCCESS: hold release succeeded\r\n",
            "load-stats" => "SUCCESS: nclients=0,bytesin=0,bytesout=0\r\n",
            "state" => "1795214552,CONNECTED,SUCCESS,10.80.0.1,,,,,fd00:80::1\r\nEND\r\n",
            "state on" or "log on" or "echo on" => $"SUCCESS: real-time {word} notification set to ON\r\n",
            "state off" or "log off" or "echo off" => $"SUCCESS: real-time {word} notification set to OFF\r\n",
            "state all" or "log all" or "echo all" => "END\r\n",
            "state on all" or "log on all" or "echo on all" => $"SUCCESS: real-time {word} notification set to ON\r\nEND\r\n",
            "status 3" => Status(),
            _ when word is "bytecount" => "SUCCESS: bytecount interval changed\r\n",
            _ when word is "signal" && line is "signal SIGHUP" or "signal SIGUSR1" or "signal SIGUSR2" or "signal SIGTERM" or "signal SIGINT" => $"SUCCESS: {line} thrown\r\n",
            _ when word is "signal" => $"ERROR: signal '{line[6..].Trim()}' is not a known signal type\r\n",
            _ when word is "verb" && line != "verb" => "SUCCESS: verb level changed\r\n",
            _ when word is "env-filter" => $"SUCCESS: env_filter_level={line[10..].Trim()}\r\n",
            "verb" => "SUCCESS: verb=3\r\n",
            _ => "ERROR: unknown command, enter 'help' for more options\r\n",
        };
    }

    /// <summary>A <c>status 3</c> reply of OpenVPN 2.6 with these client rows.</summary>
    /// <param name="clientRows">Fields after <c>CLIENT_LIST</c>, separated by tabs, in the order of 2.6.</param>
    public string Status(params IEnumerable<string> clientRows)
    {
        var text = new StringBuilder();
        text.Append("TITLE\t").Append(Version).Append("\r\n");
        text.Append("TIME\t2026-11-20 22:41:57\t1795214517\r\n");
        text.Append("HEADER\tCLIENT_LIST\tCommon Name\tReal Address\tVirtual Address\tVirtual IPv6 Address\tBytes Received\tBytes Sent\tConnected Since\tConnected Since (time_t)\tUsername\tClient ID\tPeer ID\tData Channel Cipher\r\n");
        foreach (string row in clientRows)
            text.Append("CLIENT_LIST\t").Append(row).Append("\r\n");
        text.Append("HEADER\tROUTING_TABLE\tVirtual Address\tCommon Name\tReal Address\tLast Ref\tLast Ref (time_t)\r\n");
        text.Append("GLOBAL_STATS\tMax bcast/mcast queue length\t0\r\nGLOBAL_STATS\tdco_enabled\t0\r\nEND\r\n");
        return text.ToString();
    }

    /// <summary>One row for <see cref="Status"/>.</summary>
    public static string ClientRow(uint cid, string commonName, long received = 0, long sent = 0, string realAddress = "198.51.100.11:51728", string virtualAddress = "10.80.0.2", string virtualAddress6 = "fd00:80::1000", long since = 1795214517, string username = "UNDEF") =>
        string.Join('\t', commonName, realAddress, virtualAddress, virtualAddress6, received, sent, "2026-11-20 22:41:57", since, username, cid, cid, "AES-256-GCM");

    private async Task WriteAsync(Stream transport, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await transport.WriteAsync(bytes, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Input lines as OpenVPN sees them: they end in LF, and control characters are deleted.</summary>
    private sealed class LineSource(Stream transport)
    {
        private readonly byte[] _buffer = new byte[4096];
        private readonly List<byte> _line = [];
        private int _start;
        private int _end;

        public async Task<string?> NextAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                while (_start < _end)
                {
                    byte next = _buffer[_start++];
                    if (next == '\n')
                    {
                        string line = Encoding.UTF8.GetString([.. _line]);
                        _line.Clear();
                        return line;
                    }

                    if (next is >= 32 and not 127)
                        _line.Add(next);
                }

                _start = 0;
                _end = await transport.ReadAsync(_buffer, cancellationToken);
                if (_end == 0)
                    return null;
            }
        }
    }
}
