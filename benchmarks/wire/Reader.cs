using System.Diagnostics;
using System.Globalization;
using Mgmt.Core.Connection;
using Mgmt.Core.Events;
using Mgmt.Core.Sockets;

namespace Wire;

/// <summary>The management client: every byte count is seen by the observer, and a consumer reads the coalesced events beside it.</summary>
internal static class Reader
{
    public static async Task RunAsync(string path, long expected)
    {
        long count = 0;
        long received = 0;
        long sent = 0;
        long started = 0;
        long allocated = 0;
        TimeSpan used = default;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new ManagementConnectionOptions
        {
            ByteCountObserver = counts =>
            {
                if (count == 0)
                    (started, allocated, used) = (Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes(), Environment.CpuUsage.TotalTime);
                long in1 = 0;
                long out1 = 0;
                foreach (ByteCount next in counts)
                {
                    in1 += (long)next.Received;
                    out1 += (long)next.Sent;
                }

                received += in1;
                sent += out1;
                count += counts.Length;
                if (count >= expected)
                    done.TrySetResult();
            },
        };

        await using ManagementConnection connection = await ManagementConnection.ConnectAsync(new ManagementEndpoint.Unix(path), options);
        Task<long> consumer = ConsumeAsync(connection);
        await Task.WhenAny(done.Task, connection.Completion);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        used = Environment.CpuUsage.TotalTime - used;
        await connection.DisposeAsync();
        long batches = await consumer;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} byte counts in {elapsed.TotalSeconds:0.000} s: {count / elapsed.TotalSeconds:0} events/s ({used.TotalSeconds:0.000} s of CPU), received {received}, sent {sent}, checksum {unchecked((received * 31) + sent)}, allocated {(double)allocated / count:0.000} bytes each, {batches} batches, dropped {connection.DroppedEvents}, malformed {connection.MalformedLines}"));
    }

    private static async Task<long> ConsumeAsync(ManagementConnection connection)
    {
        long batches = 0;
        try
        {
            await foreach (ManagementEvent next in connection.ReadEventsAsync())
            {
                if (next is ManagementEvent.ByteCounts)
                    batches++;
            }
        }
        catch (ManagementClosedException)
        {
            // the daemon went first
        }

        return batches;
    }
}
