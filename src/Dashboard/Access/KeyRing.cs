using Dashboard.History;
using Dashboard.Storage;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;

namespace Dashboard.Access;

/// <summary>Keeps the keys that sign cookies in the data folder, readable by the dashboard's user alone, so that sessions survive a restart.</summary>
internal sealed class KeyRing(IOptions<HistoryOptions> history, InstallationRoot root, ILoggerFactory loggers)
    : IConfigureOptions<KeyManagementOptions>
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public void Configure(KeyManagementOptions options)
    {
        string path = Path.Combine(root.Path, history.Value.DataDirectory, "keys");
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
            File.SetUnixFileMode(path, OwnerOnly); // one that was there already, too
        }
        options.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(path), loggers);
    }
}
