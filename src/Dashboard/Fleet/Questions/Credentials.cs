namespace Dashboard.Fleet.Questions;

/// <summary>A user name and a password, as far as they are wanted.</summary>
internal sealed record Credentials(string? Username, string? Password)
{
    public override string ToString() => nameof(Credentials); // neither goes into a log
}
