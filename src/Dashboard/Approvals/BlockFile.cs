using System.Text.Json;

using Dashboard.History;
using Dashboard.Storage;

using Microsoft.Extensions.Options;

namespace Dashboard.Approvals;

/// <summary>
/// A copy of the blocks in the data folder, for a start while the database is away or still starting: a client that is
/// kept out must not find the door open meanwhile.
/// </summary>
internal sealed class BlockFile(IOptions<HistoryOptions> history, InstallationRoot root, ILogger<BlockFile> logger)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path = Path.Combine(root.Path, history.Value.DataDirectory, "blocks.json");

    /// <summary>What was written last; nothing where there is no such file. One that cannot be read is put aside.</summary>
    public IReadOnlyList<KeptBlock> Read()
    {
        try
        {
            using FileStream file = File.OpenRead(_path);
            return JsonSerializer.Deserialize<KeptBlock[]>(file) ?? [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Log.BlockFileUnreadable(logger, e, _path);
            return [];
        }
    }

    /// <summary>Replaces the file in one step.</summary>
    /// <returns>Whether it worked.</returns>
    public bool TryWrite(IEnumerable<KeptBlock> blocks)
    {
        string fresh = _path + ".new";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (FileStream file = new(fresh, options))
                JsonSerializer.Serialize(file, blocks);
            File.Move(fresh, _path, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.BlockFileNotWritten(logger, e, _path);
            return false;
        }
    }
}
