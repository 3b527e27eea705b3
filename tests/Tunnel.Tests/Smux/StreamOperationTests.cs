using Tunnel.Smux;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Smux;

public sealed class StreamOperationTests
{
    private const int Others = 2000;
    private int _begun;

    [Fact]
    public async Task Who_waited_goes_on_behind_what_the_pool_had_to_do_before()
    {
        StreamOperation operation = new("read");
        Task<int> waiting = WaitAsync(new ValueTask<int>(operation, operation.Start()));

        await Task.Run(() =>
        {
            QueueOthers();
            operation.TryComplete(1); // on a thread with a queue of its own, which it would take this from next
        }, Wait.Cancel);

        Assert.InRange(await waiting.Soon(), Others - 100, Others); // some threads may have taken theirs and not begun
    }

    [Fact]
    public async Task A_loop_that_has_done_its_share_goes_on_behind_what_the_pool_had_to_do_before()
    {
        PoolTurn turn = new();

        int begun = await Task.Run(async () =>
        {
            QueueOthers();
            await turn;
            return Volatile.Read(ref _begun);
        }, Wait.Cancel);

        Assert.InRange(begun, Others - 100, Others);
    }

    private void QueueOthers()
    {
        for (int i = 0; i < Others; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static test =>
            {
                Interlocked.Increment(ref test._begun);
                Thread.SpinWait(1000);
            }, this, preferLocal: false);
        }
    }

    private async Task<int> WaitAsync(ValueTask<int> operation)
    {
        await operation.ConfigureAwait(false);
        return Volatile.Read(ref _begun);
    }
}
