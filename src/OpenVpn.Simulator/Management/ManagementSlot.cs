using System.Net;
using System.Net.Sockets;

namespace OpenVpn.Simulator.Management;

/// <summary>Where the daemon listens. One client at a time: who comes meanwhile is not accepted, and hears nothing.</summary>
internal sealed class ManagementSlot : IDisposable
{
    private readonly Socket _listener;
    private readonly SimulatedDaemon _daemon;

    public ManagementSlot(EndPoint endpoint, SimulatedDaemon daemon)
    {
        _daemon = daemon;
        _listener = new Socket(endpoint.AddressFamily, SocketType.Stream, endpoint is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (endpoint is UnixDomainSocketEndPoint unix)
        {
            // Under another name first: .NET removes the name that it bound when the socket is closed, and a crash leaves the file behind.
            string path = unix.ToString(), bound = path + "~";
            File.Delete(bound);
            _listener.Bind(new UnixDomainSocketEndPoint(bound));
            File.Move(bound, path, overwrite: true);
        }
        else
        {
            _listener.Bind(endpoint);
        }
        _listener.Listen(1);
        Endpoint = endpoint is UnixDomainSocketEndPoint ? endpoint : _listener.LocalEndPoint!;
        Serving = ServeAsync();
    }

    public EndPoint Endpoint { get; }

    public Task Serving { get; }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync();
                using ManagementSession session = new(client, _daemon);
                await session.RunAsync();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // the daemon has ended
        }
    }
}
