using System.Security.Cryptography;
using System.Text;

namespace Dashboard.Storage;

/// <summary>
/// The folder of the private PostgreSQL's socket. Short, because a socket's path may have no more than 107 bytes and a data
/// folder lies where it lies, and the same for the same data folder, so that nothing piles up.
/// </summary>
internal static class SocketFolder
{
    public static string For(string dataFolder)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)).AsSpan(0, 8));
        if (Environment.IsPrivilegedProcess)
            return $"/run/openvpn-dashboard/{hash}";
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return runtime is { Length: > 0 and < 60 } && Directory.Exists(runtime) && !runtime.AsSpan().ContainsAny(",\"' ")
            ? $"{runtime}/openvpn-dashboard-{hash}"
            : $"/tmp/openvpn-dashboard-{hash}";
    }

    /// <summary>Removes the folder where it is empty, as PostgreSQL leaves it.</summary>
    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // The next start takes it as it is.
        }
    }

    /// <summary>Makes the folder, open to nobody but PostgreSQL's account (and root).</summary>
    public static async Task CreateAsync(string folder, PostgresAccount? account, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await HostCommand.DemandAsync("Making the socket's folder", ["mkdir", "-p", "-m", "700", "--", folder], cancellationToken);
        if (account is not null) // below /run, where nobody else can make folders
            await HostCommand.DemandAsync("Preparing the socket's folder", ["chown", account.ToString(), "--", folder], cancellationToken);

        // Below /tmp somebody else may have been there first, and would be our database.
        string found = await HostCommand.DemandAsync("Looking at the socket's folder", ["stat", "-c", "%F %a %u", "--", folder], cancellationToken);
        string wanted = $"directory 700 {account?.User.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? await HostCommand.DemandAsync("Asking who we are", ["id", "-u"], cancellationToken)}";
        if (found != wanted)
            throw new StorageException($"{folder} is not a private folder of ours (it is \"{found}\", not \"{wanted}\"): remove it.");
    }
}
