using System.Net.Sockets;
using System.Threading.Channels;

namespace OpenVpn.Simulator.Management;

/// <summary>One management client in the slot: password, greeting, commands in, replies and events out.</summary>
internal sealed class ManagementSession(Socket socket, SimulatedDaemon daemon) : IDisposable
{
    private const int MaxWrite = 1024;
    private const int MaxAttempts = 3;

    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly OutputQueue _output = new();
    private readonly LineReader _lines = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private List<string>? _block;
    private Action<IReadOnlyList<string>>? _blockDone;
    private int _attempts;
    private bool _isVerified;
    private bool _isEnding;
    private long _bytesLeft = long.MaxValue;

    public bool StateOn { get; set; }

    public bool LogOn { get; set; }

    public bool EchoOn { get; set; }

    /// <summary>Seconds; 0 is off.</summary>
    public int ByteCountInterval { get; set; }

    /// <summary>What the socket has not taken yet.</summary>
    public int UnsentBytes => _output.Length;

    private bool TakesMore
    {
        get
        {
            try
            {
                return socket.Poll(0, SelectMode.SelectWrite);
            }
            catch (ObjectDisposedException)
            {
                return false; // the other side broke it while we wrote
            }
        }
    }

    public void Say(string line)
    {
        SayRaw(line);
        SayRaw("\r\n");
    }

    /// <summary>Bytes as they are, without a line end.</summary>
    public void SayRaw(string text)
    {
        if (_isEnding)
            return;
        _output.Add(text);
        Wake();
    }

    /// <summary>Every line from here on is content until <c>END</c>.</summary>
    public void OpenBlock(Action<IReadOnlyList<string>> done) => (_block, _blockDone) = ([], done);

    /// <summary>Ends the connection.</summary>
    /// <param name="flush">Whether what is queued is sent before, as far as the other side reads; <c>exit</c> throws it away.</param>
    public void End(bool flush)
    {
        bool isStuck = !_isEnding && flush && !TakesMore; // no process outlives its end for somebody who does not read
        _isEnding = true;
        if (!flush || isStuck)
        {
            _output.Clear();
            _stream.Dispose();
        }
        Wake();
    }

    /// <summary>So many bytes will still be sent, then the connection breaks and the daemon is gone.</summary>
    public void BreakAfter(int bytes)
    {
        _bytesLeft = bytes;
        Wake();
    }

    public void Dispose() => _stream.Dispose();

    public void Wake() => _wake.Writer.TryWrite(true);

    public async Task RunAsync()
    {
        Task writing = WriteAsync();
        try
        {
            lock (daemon.Gate)
            {
                if (daemon.Options.Password is null)
                    Enter();
                else
                    SayRaw("ENTER PASSWORD:");
            }
            byte[] buffer = new byte[4096];
            while (await _stream.ReadAsync(buffer) is > 0 and var read)
            {
                await daemon.Awake();
                lock (daemon.Gate) // the whole read at once: an `exit` in it throws away the replies to what stood before it
                    _lines.Read(buffer.AsSpan(0, read), Take);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // we ended it, or the other side broke it
        }
        finally
        {
            lock (daemon.Gate)
            {
                if (daemon.Port.Session == this)
                    daemon.Port.Session = null;
                End(flush: true);
            }
            await writing;
        }
    }

    private void Take(string line)
    {
        if (_isEnding)
            return;
        if (!_isVerified)
        {
            CheckPassword(line);
        }
        else if (_block is not null)
        {
            if (line != "END")
            {
                _block.Add(line);
                return;
            }
            (List<string> block, _block) = (_block, null);
            _blockDone!(block);
        }
        else
        {
            daemon.Commands.Run(this, line);
        }
    }

    private void CheckPassword(string line)
    {
        if (line == daemon.Options.Password)
        {
            Say("SUCCESS: password is correct");
            Enter();
        }
        else if (++_attempts == MaxAttempts)
        {
            End(flush: false); // without a word
        }
        else
        {
            SayRaw("ENTER PASSWORD:");
        }
    }

    private void Enter()
    {
        _isVerified = true;
        daemon.Port.Session = this;
        Say($">INFO:OpenVPN Management Interface Version {daemon.Dialect.ManagementVersion} -- type 'help' for more info");
        if (daemon.IsHeld)
            Say(SimulatedDaemon.HoldQuestion);
    }

    private async Task WriteAsync()
    {
        byte[] chunk = new byte[MaxWrite];
        try
        {
            while (await _wake.Reader.ReadAsync())
            {
                while (true)
                {
                    await daemon.Awake();
                    int length;
                    lock (daemon.Gate)
                    {
                        length = _output.Take(chunk.AsSpan(0, (int)Math.Min(chunk.Length, _bytesLeft)));
                        _bytesLeft -= length;
                    }
                    if (length == 0 || (_isEnding && !TakesMore))
                        break;
                    await _stream.WriteAsync(chunk.AsMemory(0, length));
                }
                if (_bytesLeft == 0)
                    daemon.Crash();
                if (_isEnding)
                    break;
            }
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // the other side has gone
        }
        await _stream.DisposeAsync();
    }
}
