namespace Ui.Benchmarks.Builds;

/// <summary>A published dashboard.</summary>
/// <param name="Label">How the table calls it.</param>
/// <param name="Root">The checkout that it was built from, whose PostgreSQL it starts.</param>
internal sealed record Build(string Label, string Root)
{
    public string Program => Path.Combine(Root, "artifacts", "dashboard", "dashboard.dll");
}
