namespace E2E;

/// <summary>Where the files under test lie.</summary>
internal static class Repository
{
    /// <summary>The folder of <c>Dashboard.sln</c>, found upwards from the test's own output.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Dashboard.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Dashboard.sln.");
    }
}
