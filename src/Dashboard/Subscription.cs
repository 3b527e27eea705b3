namespace Dashboard;

/// <summary>Who is told of changes, until this is disposed of.</summary>
internal sealed class Subscription(Action end) : IDisposable
{
    public void Dispose() => end();
}
