namespace Mgmt.Core.Tests;

/// <summary>How long a test waits for what must come, before it counts as failed.</summary>
internal static class Limits
{
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(60);

    /// <summary>The running test's token, cancelled after <see cref="Wait"/>.</summary>
    public static CancellationToken Token()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(Wait);
        return source.Token;
    }
}
