using System.Net.Sockets;
using Mgmt.Core.Connection;

namespace Mgmt.Core.Sockets;

/// <summary>Listens on a unix socket whose file may still lie there from a process that has died.</summary>
internal static class UnixBinder
{
    public static async Task<Listening> BindAsync(ManagementEndpoint.Unix endpoint, ManagementListenerOptions options, CancellationToken cancellationToken)
    {
        await RemoveStaleAsync(endpoint.Path, cancellationToken).ConfigureAwait(false);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(endpoint.Path));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(endpoint.Path, options.SocketMode); // before listen: nobody can have come in yet
            socket.Listen(options.Backlog);
            return new Listening([socket], []);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task RemoveStaleAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return;
        if ((File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.ReparsePoint)) != FileAttributes.None || !IsSocket(path))
            throw new IOException($"{path} exists and is not a socket.");
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    // The framework does not tell sockets from files: a file can be opened, a socket cannot (ENXIO). For reading alone a pipe would block.
    private static bool IsSocket(string path)
    {
        try
        {
            using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
