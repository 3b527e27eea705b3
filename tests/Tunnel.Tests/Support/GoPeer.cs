using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Tunnel.Tests.Support;

/// <summary>A running Go program; killed when disposed.</summary>
internal sealed partial class GoPeer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Task _reading;

    public GoPeer(string program, IEnumerable<string> arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    public int Id => _process.Id;

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>The port at the given place of the line "ready address [address]".</summary>
    public int Port(int place = 0) => int.Parse(
        _lines.First(line => line.StartsWith("ready ", StringComparison.Ordinal)).Split(' ')[place + 1].Split(':')[^1], CultureInfo.InvariantCulture);

    public int Count(string start) => _lines.Count(line => line.StartsWith(start, StringComparison.Ordinal));

    public async Task SaysAsync(string start, int times = 1)
    {
        await Wait.Until(() => Count(start) >= times || _process.HasExited, $"the Go peer says '{start}'");
        if (Count(start) < times)
        {
            await _reading.Soon();
            Assert.True(Count(start) >= times, $"The Go peer ended without '{start}': {string.Join(" | ", _lines)}");
        }
    }

    /// <summary>
    /// Stops the program. kill(2) returns when the signal is on its way to one of the threads; until that one runs, the others
    /// work on, and on a busy machine that is long enough to answer a request.
    /// </summary>
    public async Task FreezeAsync()
    {
        Signal(19);
        await Wait.Until(() => Directory.GetDirectories($"/proc/{_process.Id}/task").All(IsStopped), "every thread of the Go peer stands still");
    }

    public void Thaw() => Signal(18);

    public void Kill() => _process.Kill();

    private void Signal(int signal) => Assert.Equal(0, Send(_process.Id, signal));

    /// <summary>"12345 (name) T ...": the state follows the name, which may hold anything.</summary>
    private static bool IsStopped(string thread) => File.ReadAllText(Path.Combine(thread, "stat")).Split(") ")[^1].StartsWith('T');

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);

    private async Task ReadAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
            _lines.Enqueue(line);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }
}
