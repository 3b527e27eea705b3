using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace E2E;

/// <summary>What tests want from the machine that they run on.</summary>
internal static class Machine
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>A TCP port on which nobody listens now, and that the system gives to nobody who asks for any port (it has its own, from 32768 on).</summary>
    public static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(20_000, 32_768);
            using TcpListener listener = new(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // taken: another one
            }
        }
    }

    /// <summary>What a process was started with, its arguments with blanks between them; nothing when it has ended.</summary>
    public static string CommandLine(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Runs a program to its end; fails with what it said unless it ends with 0.</summary>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        ProcessStartInfo start = new(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancel), errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel).WaitAsync(s_limit, cancel);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{await errors}");
    }
}
