using Dashboard.Live;

using Microsoft.Extensions.Logging.Abstractions;

using Tests.Shared;

namespace Dashboard.Tests.Live;

public sealed class LiveStoreTests : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    private readonly ManualTimeProvider _time = new();
    private readonly LiveStore _store;
    private readonly SemaphoreSlim _called = new(0);
    private int _calls;

    public LiveStoreTests() => _store = new LiveStore(_time, NullLogger<LiveStore>.Instance);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _called.Dispose();

    [Fact]
    public void The_latest_snapshot_of_a_server_is_what_is_true()
    {
        _store.Publish(new ServerSnapshot("paris", "unix:/a") { Detail = "old" });
        _store.Publish(new ServerSnapshot("paris", "unix:/a") { Detail = "new" });

        Assert.Equal("new", _store.Find("paris")?.Detail);
        Assert.Null(_store.Find("Paris"));
    }

    [Fact]
    public async Task A_burst_of_changes_makes_two_calls_an_interval_apart()
    {
        using IDisposable subscription = Subscribe();

        for (int i = 0; i < 100; i++)
            Change();
        Assert.True(await _called.WaitAsync(TestWait.Limit, Cancel));
        while (_time.WaitingTimers == 0)
            await Task.Yield();
        Change();
        Assert.Equal(1, _calls);

        _time.Advance(s_interval);
        Assert.True(await _called.WaitAsync(TestWait.Limit, Cancel));
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task A_subscriber_that_fails_is_called_again()
    {
        int calls = 0;
        using IDisposable subscription = _store.Subscribe(
            () =>
            {
                calls++;
                _called.Release();
                throw new InvalidOperationException("broken");
            },
            TimeSpan.Zero);

        Change();
        Assert.True(await _called.WaitAsync(TestWait.Limit, Cancel));
        Change();
        Assert.True(await _called.WaitAsync(TestWait.Limit, Cancel));

        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Who_has_left_is_not_called()
    {
        Subscribe().Dispose();
        using IDisposable other = Subscribe();

        Change();
        Assert.True(await _called.WaitAsync(TestWait.Limit, Cancel));

        Assert.Equal(1, _calls);
    }

    private IDisposable Subscribe() => _store.Subscribe(
        () =>
        {
            Interlocked.Increment(ref _calls);
            _called.Release();
            return Task.CompletedTask;
        },
        s_interval);

    private void Change() => _store.Publish(new ServerSnapshot("paris", "unix:/a"));
}
