namespace Dashboard.Fleet;

/// <summary>A file whose first line is a management password, as OpenVPN takes one.</summary>
internal static class PasswordFile
{
    /// <returns>Empty where the file is.</returns>
    /// <exception cref="PasswordFileException">It cannot be read.</exception>
    public static async ValueTask<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using StreamReader reader = new(path);
            return await reader.ReadLineAsync(cancellationToken) ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PasswordFileException($"The password file {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Whether it can be read and holds one.</summary>
    public static bool HoldsPassword(string path)
    {
        try
        {
            using StreamReader reader = new(path);
            return reader.ReadLine() is { Length: > 0 };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
