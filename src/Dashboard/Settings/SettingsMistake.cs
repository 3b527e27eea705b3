namespace Dashboard.Settings;

/// <summary>What is wrong with one setting.</summary>
/// <param name="Key">For example <c>Dashboard:Servers:0:Name</c>.</param>
internal sealed record SettingsMistake(string Key, string Problem)
{
    public override string ToString() => $"{Key}: {Problem}";
}
