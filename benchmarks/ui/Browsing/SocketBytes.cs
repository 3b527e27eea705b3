using Microsoft.Playwright;

namespace Ui.Benchmarks.Browsing;

/// <summary>Counts what comes to a page through WebSockets, as the page reads it: after decompression.</summary>
internal sealed class SocketBytes
{
    private long _received;

    /// <param name="page">One that has not opened any yet.</param>
    public SocketBytes(IPage page) =>
        page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => Interlocked.Add(ref _received, frame.Binary?.Length ?? frame.Text?.Length ?? 0);

    public long Received => Interlocked.Read(ref _received);
}
