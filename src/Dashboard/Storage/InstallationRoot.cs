namespace Dashboard.Storage;

/// <summary>The folder that holds <c>node_modules</c> and, unless configured otherwise, the data: <c>DASHBOARD_ROOT</c>, else the content root.</summary>
internal sealed record InstallationRoot(string Path)
{
    public static InstallationRoot From(IConfiguration configuration, IHostEnvironment environment) =>
        new(configuration["DASHBOARD_ROOT"] is { Length: > 0 } root ? System.IO.Path.GetFullPath(root) : environment.ContentRootPath);
}
