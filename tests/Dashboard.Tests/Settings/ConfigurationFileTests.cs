using Dashboard.Settings;

namespace Dashboard.Tests.Settings;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("configuration-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_section_that_nobody_reads_is_a_mistake_with_its_key()
    {
        ConfigurationFile file = new(Write("""{ "Dashbaord": { "Urls": "http://127.0.0.1:1" }, "Servers": [], "Logging": {}, "dashboard": {}, "AllowedHosts": "*" }"""));

        Assert.Equal(["Dashbaord", "Servers"], file.Mistakes.Select(mistake => mistake.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_that_is_not_there_has_no_mistakes_and_no_secrets()
    {
        ConfigurationFile file = new(Path.Combine(_folder.FullName, "nothing.json"));

        Assert.Empty(file.Mistakes);
        Assert.False(file.HoldsSecret);
    }

    [Fact]
    public void What_is_no_JSON_is_told_as_such() =>
        Assert.Throws<InvalidDataException>(() => new ConfigurationFile(Write("{")));

    private string Write(string content)
    {
        string path = Path.Combine(_folder.FullName, "appsettings.json");
        File.WriteAllText(path, content);
        return path;
    }
}
