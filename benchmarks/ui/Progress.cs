namespace Ui.Benchmarks;

/// <summary>What is being done, for who waits: beside the table, which alone goes to the standard output.</summary>
internal static class Progress
{
    public static void Say(string text) => Console.Error.WriteLine($"-- {text}");
}
