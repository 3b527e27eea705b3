using Ui.Benchmarks.Running;

namespace Ui.Benchmarks.Builds;

/// <summary>The sources of a build: a folder that is there, or those of a commit in a temporary one.</summary>
internal sealed class Checkout : IDisposable
{
    // As ./run does it, with the scripts of that very checkout.
    private const string Publish = """
        set -euo pipefail
        root=$1
        source "$root/build/setup.sh"
        require_dotnet
        require_node
        install_npm_packages
        publish_dashboard -p:UseSharedCompilation=false -p:RunAnalyzers=false
        """;

    private readonly string _folder;
    private readonly ScratchFolder? _scratch;
    private readonly string? _commit;

    private Checkout(string folder) => _folder = folder;

    private Checkout(ScratchFolder scratch, string commit) =>
        (_scratch, _commit, _folder) = (scratch, commit, Path.Combine(scratch.Path, "checkout"));

    /// <param name="which">The folder of a checkout, or a commit of this repository.</param>
    public static async Task<Checkout> OpenAsync(string which, CancellationToken cancellationToken)
    {
        if (Directory.Exists(which))
            return new Checkout(Path.GetFullPath(which));
        ScratchFolder scratch = new();
        Checkout checkout = new(scratch, which);
        try
        {
            // Not a worktree: nothing of it is left in the repository, however we end.
            string archive = Path.Combine(scratch.Path, "checkout.tar");
            await GitAsync(Repository.Root, cancellationToken, "archive", "--output", archive, which);
            Directory.CreateDirectory(checkout._folder);
            await Command.RunAsync(scratch.Path, "tar", ["--extract", "--file", archive, "--directory", checkout._folder], cancellationToken);
            return checkout;
        }
        catch
        {
            checkout.Dispose();
            throw;
        }
    }

    /// <param name="label">How the table calls it, beside its commit.</param>
    public async Task<Build> PublishAsync(string label, CancellationToken cancellationToken)
    {
        string commit = _commit ?? (await GitAsync(_folder, cancellationToken, "describe", "--always", "--dirty")).Trim();
        label = $"{label} ({commit})";
        Progress.Say($"Publishing {label}");
        await Command.RunAsync(_folder, "bash", ["-c", Publish, "publish", _folder], cancellationToken);
        return new Build(label, _folder);
    }

    public void Dispose() => _scratch?.Dispose();

    // The checkout may be somebody else's where we are root.
    private static Task<string> GitAsync(string folder, CancellationToken cancellationToken, params string[] arguments) =>
        Command.RunAsync(folder, "git", ["-c", $"safe.directory={folder}", .. arguments], cancellationToken);
}
