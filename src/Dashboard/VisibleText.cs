namespace Dashboard;

/// <summary>
/// Text that somebody unknown has sent, made fit for a line of a log when it is written: not too long, and what would
/// break the line, colour it or turn it around is written out.
/// </summary>
internal readonly record struct VisibleText(string? Text, int MaxLength = 64)
{
    public override string ToString() => HostileText.Visible(Text?.Length > MaxLength ? Text[..MaxLength] : Text ?? "");
}
