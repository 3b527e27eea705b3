using Ui.Benchmarks;

if (UiOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(UiOptions.Usage);
    return 2;
}

using Interruption interruption = new();
try
{
    await Comparison.RunAsync(options, interruption.Token);
    return 0;
}
catch (Exception) when (interruption.Token.IsCancellationRequested)
{
    Console.Error.WriteLine("interrupted");
    return 130;
}
catch (Exception e) when (e is InvalidOperationException or FileNotFoundException or TimeoutException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
