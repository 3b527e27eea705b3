using System.Diagnostics;
using System.Globalization;

namespace Wire;

/// <summary>Daemon and reader on one machine, in two processes.</summary>
internal static class Both
{
    private const int Rounds = 5; // the first ones warm up

    public static async Task RunAsync(long count)
    {
        string path = Path.Combine(Path.GetTempPath(), $"wire-{Environment.ProcessId}.sock");
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["serve", path, count.ToString(CultureInfo.InvariantCulture)]) { UseShellExecute = false, RedirectStandardOutput = true };
        using Process daemon = Process.Start(start)!;
        try
        {
            Console.WriteLine(await daemon.StandardOutput.ReadLineAsync());
            for (int round = 0; round < Rounds; round++)
                await Reader.RunAsync(path, count);
        }
        finally
        {
            daemon.Kill();
            await daemon.WaitForExitAsync();
            File.Delete(path);
        }
    }
}
