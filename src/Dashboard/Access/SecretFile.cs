namespace Dashboard.Access;

/// <summary>A file with a secret in it, or a socket behind which there is one.</summary>
internal static class SecretFile
{
    private const UnixFileMode Strangers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;

    /// <summary>
    /// What is wrong with its permissions and how to mend them, null when nothing is, or they cannot be seen. A group that
    /// may read is somebody's choice; everybody on the machine is nobody's.
    /// </summary>
    public static string? WhyExposed(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        try
        {
            UnixFileMode mode = File.GetUnixFileMode(path);
            return (mode & Strangers) == UnixFileMode.None
                ? null
                : $"{path} can be {((mode & UnixFileMode.OtherRead) != UnixFileMode.None ? "read" : "changed")} by other users of this machine (its mode is {Convert.ToString((int)mode, 8)}): chmod 600 {path}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // whoever needs the file says that it cannot be read
        }
    }

    /// <summary>
    /// Whether a unix socket is out of reach for everybody on the machine but its owner and group: it or a directory on the
    /// way is closed to others. False where that cannot be seen.
    /// </summary>
    public static bool IsClosedToOthers(string socket)
    {
        if (OperatingSystem.IsWindows())
            return false;
        try
        {
            if ((File.GetUnixFileMode(socket) & UnixFileMode.OtherWrite) == UnixFileMode.None)
                return true;
            for (string? folder = Path.GetDirectoryName(socket); folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if ((File.GetUnixFileMode(folder) & UnixFileMode.OtherExecute) == UnixFileMode.None)
                    return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // gone meanwhile
        }
        return false;
    }
}
