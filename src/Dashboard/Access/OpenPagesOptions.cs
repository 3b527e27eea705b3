namespace Dashboard.Access;

/// <summary>How many pages may be open at once.</summary>
internal sealed class OpenPagesOptions
{
    public int InAll { get; set; } = 2_000;

    public int PerUser { get; set; } = 100;
}
