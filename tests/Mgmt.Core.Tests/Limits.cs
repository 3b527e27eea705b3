namespace Mgmt.Core.Tests;

/// <summary>How long something may take before a test says that it does not happen. Long, because other programs may be using the machine.</summary>
internal static class Limits
{
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(2);

    /// <summary>The running test's token, cancelled after <see cref="Wait"/>.</summary>
    public static CancellationToken Token()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(Wait);
        return source.Token;
    }
}
