using System.Diagnostics;

namespace Dashboard.Storage;

/// <summary>Runs the small programs that set up the private PostgreSQL.</summary>
internal static class HostCommand
{
    /// <summary>How one run ended.</summary>
    /// <param name="Error">What it wrote to standard error, trimmed.</param>
    public sealed record Result(int ExitCode, string Output, string Error)
    {
        public bool Succeeded => ExitCode == 0;
    }

    /// <summary>Runs a program to its end; a cancelled run is killed. A program that does not exist is an exit code of 127.</summary>
    public static async Task<Result> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = StartInfo(command);
        start.RedirectStandardOutput = true;
        using Process process = new() { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new Result(127, "", e.Message);
        }
        process.StandardInput.Close();
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new Result(process.ExitCode, output.Trim(), (await error).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>As <see cref="RunAsync"/>, where failure has no answer but to tell a person.</summary>
    public static async Task<string> DemandAsync(string purpose, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        Result result = await RunAsync(command, cancellationToken);
        return result.Succeeded
            ? result.Output
            : throw new StorageException($"{purpose} failed: {(result.Error.Length > 0 ? result.Error : $"exit code {result.ExitCode}")}");
    }

    /// <summary>Standard input and error redirected, PostgreSQL's own variables taken out, messages in English, no folder of the caller's.</summary>
    public static ProcessStartInfo StartInfo(IReadOnlyList<string> command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (string variable in start.Environment.Keys.Where(key => key.StartsWith("PG", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(variable);
        start.Environment["LC_ALL"] = "C";
        return start;
    }
}
