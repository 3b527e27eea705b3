using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Ui.Benchmarks.Running;

/// <summary>A .NET program in a process of its own, until it is told to end.</summary>
internal sealed class LongRunning : IAsyncDisposable
{
    private const int SigTerm = 15; // not SIGINT: what a shell starts in the background ignores that
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _output = [];

    /// <param name="program">Its assembly.</param>
    public LongRunning(string program, string[] arguments, string folder, IReadOnlyDictionary<string, string> environment)
    {
        // A session of its own, so that Ctrl-C reaches it once, from us.
        ProcessStartInfo start = new("setsid", ["dotnet", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What the process has used, its children not counted (<c>/proc/PID/stat</c>, in hundredths of a second).</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The next line that contains a text, from where the last wait ended.</summary>
    public async Task<string> WaitForLineAsync(string text, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            await foreach (string line in _lines.Reader.ReadAllAsync(limit.Token))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // told below
        }
        lock (_output)
            throw new TimeoutException($"The program did not print '{text}'. It printed:\n{string.Join('\n', _output)}");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
                _ = Kill(_process.Id, SigTerm);
            await _process.WaitForExitAsync().WaitAsync(s_limit);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            _lines.Writer.TryComplete(); // it has ended: nobody need wait for the limit
            return;
        }
        lock (_output)
            _output.Add(line);
        _lines.Writer.TryWrite(line);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
