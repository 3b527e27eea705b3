using System.Text.RegularExpressions;
using Dashboard.Tests.Storage;

namespace Dashboard.Tests;

/// <summary>What SECURITY.md promises is what the tests prove.</summary>
public sealed partial class SecurityDocumentTests
{
    private static readonly string s_root = RepositoryRoot.Installation.Path;

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        Dictionary<string, string> sources = Sources();

        string[] missing = [.. Proofs().Where(proof =>
            !sources.TryGetValue(proof.Class, out string? source) || !Regex.IsMatch(source, $@"\bpublic (async )?(void|Task) {proof.Test}\(", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))).Select(static proof => $"{proof.Class}.{proof.Test}")];

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_threat_has_an_answer_and_a_proof()
    {
        string[] rows = [.. Lines().SkipWhile(static line => line != "## Threats").Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| threat ", StringComparison.Ordinal))];

        Assert.True(rows.Length > 30);
        Assert.DoesNotContain(rows, static row => row.Trim('|').Split('|') is not [{ Length: > 10 }, { Length: > 10 }, var proof] || !Proof().IsMatch(proof));
    }

    private static string[] Lines() => File.ReadAllLines(Path.Combine(s_root, "SECURITY.md"));

    private static IEnumerable<(string Class, string Test)> Proofs() =>
        Proof().Matches(string.Join('\n', Lines())).Select(static match => (match.Groups["class"].Value, match.Groups["test"].Value));

    // All test classes of a name together: two projects may have one each.
    private static Dictionary<string, string> Sources() =>
        ((string[])["tests", "e2e"]).SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(s_root, folder), "*Tests.cs", SearchOption.AllDirectories))
            .GroupBy(static file => Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => string.Join('\n', group.Select(File.ReadAllText)), StringComparer.Ordinal);

    [GeneratedRegex(@"`(?<class>[A-Za-z]+Tests)\.(?<test>[A-Z][A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Proof();
}
