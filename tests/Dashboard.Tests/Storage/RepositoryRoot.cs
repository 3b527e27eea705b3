using Dashboard.Storage;

namespace Dashboard.Tests.Storage;

/// <summary>The checkout that the tests run from: its node_modules hold PostgreSQL, put there by <c>./test</c>.</summary>
internal static class RepositoryRoot
{
    public static InstallationRoot Installation { get; } = new(Find());

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Dashboard.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No Dashboard.sln above {AppContext.BaseDirectory}.");
    }
}
