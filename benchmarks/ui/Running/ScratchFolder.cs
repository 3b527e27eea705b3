namespace Ui.Benchmarks.Running;

/// <summary>A temporary folder that goes when it is disposed of.</summary>
internal sealed class ScratchFolder : IDisposable
{
    // One that PostgreSQL's own account can enter (root's does not run it): else the data would lie elsewhere, and stay.
    // Short: it holds sockets.
    public ScratchFolder() =>
        Path = Directory.CreateDirectory(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ui-benchmark-{Guid.NewGuid().ToString("N")[..12]}")).FullName;

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
