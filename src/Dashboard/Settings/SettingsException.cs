namespace Dashboard.Settings;

/// <summary>The configuration is wrong: every mistake at once, each with its key, so that one look mends them all.</summary>
public sealed class SettingsException(IReadOnlyList<string> errors)
    : Exception("The configuration has mistakes:\n" + string.Join('\n', errors.Select(e => "  - " + e)))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
