using System.Reflection;
using System.Runtime.CompilerServices;

using Dashboard.Settings;

using Microsoft.Extensions.Configuration;

namespace Dashboard.Tests.Settings;

/// <summary>What <c>appsettings.example.json</c> explains is what the program knows.</summary>
public class ExampleTests
{
    [Fact]
    public void The_example_has_no_mistake() =>
        Assert.Empty(SettingsCheck.Find(Example().GetSection("Dashboard"), typeof(DashboardSettings)));

    [Fact]
    public void The_example_explains_every_setting()
    {
        string text = File.ReadAllText(ExampleFile());

        Assert.DoesNotContain(Settings(typeof(DashboardSettings)), name => !text.Contains($"\"{name}\"", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Settings(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .SelectMany(property => (string[])[property.Name, .. SettingsOf(property.PropertyType)]);

    private static IEnumerable<string> SettingsOf(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var element] ? SettingsOf(element)
        : type.Namespace?.StartsWith("Dashboard", StringComparison.Ordinal) is true && type.IsClass ? Settings(type)
        : [];

    private static IConfigurationRoot Example() => new ConfigurationBuilder().AddJsonFile(ExampleFile()).Build();

    private static string ExampleFile([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "appsettings.example.json"));
}
