using Dashboard.History;

namespace Dashboard.Tests.Components;

/// <summary>Notes what is read, and answers when the test says so.</summary>
internal sealed class FakeHistory : ITrafficHistory
{
    public List<(string Server, TimeSpan Length, TimeSpan Step)> Read { get; } = [];

    public TaskCompletionSource<TrafficSeries> Answer { get; set; } = new();

    public Task<TrafficSeries> GetServerTrafficAsync(string server, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken = default)
    {
        Read.Add((server, to - from, step));
        return Answer.Task.WaitAsync(cancellationToken);
    }
}
