using System.Net.Sockets;
using System.Text;

namespace E2E.Lab;

/// <summary>A management conversation in its barest form, so that the lab's own tests lean on nothing that they help to test.</summary>
internal sealed class ManagementSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly StreamReader _reader;

    private ManagementSocket(string path)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        _reader = new StreamReader(new NetworkStream(_socket), Encoding.UTF8);
    }

    /// <summary>One command on a connection of its own, and its reply: up to <c>END</c>, or the line <c>SUCCESS:</c>/<c>ERROR:</c>.</summary>
    public static async Task<IReadOnlyList<string>> AskAsync(string path, string command, CancellationToken cancellationToken)
    {
        using var management = new ManagementSocket(path);
        return await management.AskAsync(command, cancellationToken);
    }

    /// <summary>The rows of <c>status 3</c> by common name; empty while the server restarts.</summary>
    public static async Task<IReadOnlyList<StatusRow>> ReadClientsAsync(string path, CancellationToken cancellationToken) =>
        [.. (await AskAsync(path, "status 3", cancellationToken))
            .Where(line => line.StartsWith("CLIENT_LIST\t", StringComparison.Ordinal))
            .Select(StatusRow.Parse)];

    public void Dispose()
    {
        _reader.Dispose();
        _socket.Dispose();
    }

    private async Task<IReadOnlyList<string>> AskAsync(string command, CancellationToken cancellationToken)
    {
        await _socket.SendAsync(Encoding.UTF8.GetBytes(command + "\n"), cancellationToken);
        List<string> reply = [];
        while (true)
        {
            string line = await _reader.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Eventually.Limit, cancellationToken)
                ?? throw new IOException($"The server closed the connection during '{command}'.");
            if (line.StartsWith('>'))
                continue;
            reply.Add(line);
            if (line is "END" || line.StartsWith("SUCCESS: ", StringComparison.Ordinal) || line.StartsWith("ERROR: ", StringComparison.Ordinal))
                return reply;
        }
    }
}
