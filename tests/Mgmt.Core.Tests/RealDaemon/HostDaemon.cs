using System.Diagnostics;

namespace Mgmt.Core.Tests.RealDaemon;

/// <summary>An OpenVPN outside of any namespace, for the management interface over TCP; it must not touch the network.</summary>
internal sealed class HostDaemon(string arguments) : IAsyncDisposable
{
    private readonly Process _process = Process.Start(new ProcessStartInfo("openvpn", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
