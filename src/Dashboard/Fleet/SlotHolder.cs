using System.Globalization;
using System.Net.Sockets;

using Mgmt.Core.Sockets;

namespace Dashboard.Fleet;

/// <summary>
/// Finds the local program that holds a daemon's management slot: of all connections to the daemon the one that it has
/// accepted. Says nothing where that cannot be seen: another machine, another network namespace, not enough rights.
/// </summary>
internal static class SlotHolder
{
    /// <returns>For example <c>python3 (pid 123)</c>; null if it cannot be seen.</returns>
    public static string? Find(ManagementEndpoint endpoint)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            long[] inodes = endpoint switch
            {
                ManagementEndpoint.Unix unix => [.. UnixPeers.Of(unix.Path)],
                ManagementEndpoint.Tcp tcp => [.. TcpTable.PeersOf(tcp, File.ReadAllText("/proc/net/tcp"), File.ReadAllText("/proc/net/tcp6"))],
                _ => [],
            };
            return inodes.Length == 0 ? null : FindOwner(inodes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            return null;
        }
    }

    private static string? FindOwner(long[] inodes)
    {
        HashSet<string> wanted = [.. inodes.Select(inode => string.Create(CultureInfo.InvariantCulture, $"socket:[{inode}]"))];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) || pid == Environment.ProcessId)
                continue;
            try
            {
                foreach (string descriptor in Directory.EnumerateFileSystemEntries($"{folder}/fd"))
                {
                    if (new FileInfo(descriptor).LinkTarget is { } target && wanted.Contains(target))
                        return string.Create(CultureInfo.InvariantCulture, $"{File.ReadAllText($"{folder}/comm").Trim()} (pid {pid})");
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // it ended, or is not ours to look at
            }
        }
        return null;
    }
}
