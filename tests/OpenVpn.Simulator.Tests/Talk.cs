using System.Net.Sockets;
using System.Text;

namespace OpenVpn.Simulator.Tests;

/// <summary>A management client that knows nothing but lines, and keeps what it hears.</summary>
internal sealed class Talk : IAsyncDisposable
{
    private const string Prompt = "ENTER PASSWORD:";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly NetworkStream _stream;
    private readonly List<byte> _pending = [];
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    private Talk(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>Every line since the last call of <see cref="TakeHeard"/>.</summary>
    public List<string> Heard { get; private set; } = [];

    public static async Task<Talk> ConnectAsync(string path, CancellationToken cancel)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        while (true)
        {
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                return new Talk(socket);
            }
            catch (SocketException)
            {
                await Task.Delay(20, cancel); // a real daemon takes a moment to listen
            }
        }
    }

    public async Task SendAsync(byte[] bytes, CancellationToken cancel) => await _stream.WriteAsync(bytes, cancel);

    public Task SendAsync(string line, CancellationToken cancel) => SendAsync(Encoding.UTF8.GetBytes(line + "\n"), cancel);

    /// <summary>The next line, without its CR LF; a password prompt counts as one; null at the end.</summary>
    public async Task<string?> NextAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_limit);
        while (true)
        {
            while (_start < _end)
            {
                _pending.Add(_buffer[_start++]);
                if (_pending is [.., (byte)'\r', (byte)'\n'])
                    return Take(2);
                if (_pending.Count == Prompt.Length && Encoding.UTF8.GetString([.. _pending]) == Prompt)
                    return Take(0);
            }
            try
            {
                (_start, _end) = (0, await _stream.ReadAsync(_buffer, limit.Token));
            }
            catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
            {
                throw new TimeoutException($"No further line within {s_limit} after:\n{string.Join('\n', Heard)}", e);
            }
            catch (IOException)
            {
                return null;
            }
            if (_end == 0)
                return null;
        }
    }

    /// <summary>Reads until a line begins with this, that line included.</summary>
    public async Task<string> UntilAsync(string beginning, CancellationToken cancel)
    {
        while (await NextAsync(cancel) is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return line;
        }
        throw new InvalidOperationException($"The connection ended before '{beginning}', after:\n{string.Join('\n', Heard)}");
    }

    public List<string> TakeHeard()
    {
        (List<string> heard, Heard) = (Heard, []);
        return heard;
    }

    public async ValueTask DisposeAsync() => await _stream.DisposeAsync();

    private string Take(int lineEnd)
    {
        string line = Encoding.UTF8.GetString([.. _pending[..^lineEnd]]);
        _pending.Clear();
        Heard.Add(line);
        return line;
    }
}
