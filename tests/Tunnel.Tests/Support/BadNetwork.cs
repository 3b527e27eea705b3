using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Tunnel.Tests.Support;

/// <summary>
/// A relay between client and server that does what bad networks do: delays everything, loses datagrams, stalls streams (what a lost segment looks like above
/// TCP), and can be cut, after which nothing passes and nobody is told. It needs nothing from the kernel.
/// </summary>
internal sealed class BadNetwork : IAsyncDisposable
{
    private readonly TimeSpan _delay;
    private readonly double _loss;
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly ConcurrentBag<Task> _tasks = [];
    private readonly Random _random = new(1);
    private volatile bool _cut;

    private BadNetwork(TimeSpan delay, double loss) => (_delay, _loss) = (delay, loss);

    public int Port { get; private set; }

    public int Lost { get; private set; }

    public static BadNetwork Tcp(int serverPort, TimeSpan delay, double loss = 0)
    {
        var network = new BadNetwork(delay, loss);
        Socket listener = network.Bind(SocketType.Stream);
        listener.Listen();
        network._tasks.Add(network.AcceptAsync(listener, serverPort));
        return network;
    }

    public static BadNetwork Udp(int serverPort, TimeSpan delay, double loss)
    {
        var network = new BadNetwork(delay, loss);
        network._tasks.Add(network.RelayDatagramsAsync(network.Bind(SocketType.Dgram), serverPort));
        return network;
    }

    /// <summary>From now on nothing passes, and no end is told.</summary>
    public void Cut() => _cut = true;

    private Socket Bind(SocketType type)
    {
        var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        _sockets.Add(socket);
        return socket;
    }

    private bool IsLost()
    {
        lock (_random)
        {
            if (_random.NextDouble() >= _loss)
                return false;
            Lost++;
            return true;
        }
    }

    private async Task AcceptAsync(Socket listener, int serverPort)
    {
        while (true)
        {
            Socket near = await listener.AcceptAsync(_over.Token);
            var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(near);
            _sockets.Add(far);
            await far.ConnectAsync(new IPEndPoint(IPAddress.Loopback, serverPort), _over.Token);
            _tasks.Add(RelayStreamAsync(near, far));
            _tasks.Add(RelayStreamAsync(far, near));
        }
    }

    private async Task RelayStreamAsync(Socket from, Socket to)
    {
        Channel<(byte[] Data, DateTime Due)> underWay = Channel.CreateBounded<(byte[], DateTime)>(1024);
        Task writing = WriteAsync();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReceiveAsync(buffer, _over.Token)) > 0)
        {
            // A lost segment is sent again after a retransmission timeout; what is behind it waits.
            TimeSpan delay = IsLost() ? _delay + TimeSpan.FromMilliseconds(200) : _delay;
            await underWay.Writer.WriteAsync((buffer[..read], DateTime.UtcNow + delay), _over.Token);
        }

        underWay.Writer.Complete();
        await writing;

        async Task WriteAsync()
        {
            await foreach ((byte[] data, DateTime due) in underWay.Reader.ReadAllAsync(_over.Token))
            {
                if (due - DateTime.UtcNow is { Ticks: > 0 } rest)
                    await Task.Delay(rest, _over.Token);
                if (!_cut)
                    await to.SendAsync(data, _over.Token);
            }

            if (!_cut)
                to.Shutdown(SocketShutdown.Send);
        }
    }

    private async Task RelayDatagramsAsync(Socket near, int serverPort)
    {
        ConcurrentDictionary<EndPoint, Socket> byClient = new();
        byte[] buffer = new byte[2048];
        while (true)
        {
            SocketReceiveFromResult got = await near.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _over.Token);
            Socket far = byClient.GetOrAdd(got.RemoteEndPoint, client =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                socket.Connect(new IPEndPoint(IPAddress.Loopback, serverPort));
                _sockets.Add(socket);
                _tasks.Add(AnswerAsync(socket, client));
                return socket;
            });
            byte[] datagram = buffer[..got.ReceivedBytes];
            Pass(() => far.SendAsync(datagram));
        }

        async Task AnswerAsync(Socket far, EndPoint client)
        {
            byte[] answer = new byte[2048];
            while (true)
            {
                int count = await far.ReceiveAsync(answer, _over.Token);
                byte[] datagram = answer[..count];
                Pass(() => near.SendToAsync(datagram, client));
            }
        }
    }

    private void Pass(Func<Task> send)
    {
        if (_cut || IsLost())
            return;
        _tasks.Add(Task.Run(async () =>
        {
            await Task.Delay(_delay, _over.Token);
            await send();
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        foreach (Socket socket in _sockets)
            socket.Dispose();
        await Task.WhenAll(_tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
    }
}
