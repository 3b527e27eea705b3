using Mgmt.Core.Connection;
using Mgmt.Core.Events;

namespace Mgmt.Core.Tests.Connection;

public sealed class ByteCountBatchTests
{
    [Fact]
    public void Each_client_is_there_once_with_its_latest_count_however_large_its_number()
    {
        var batch = new ByteCountBatch();
        var random = new Random(7);
        uint[] clients = [0, 1, 15, 16, 17, 5000, 65_535, 65_536, 4_000_000_000, uint.MaxValue];
        for (int round = 1; round <= 3; round++)
        {
            var latest = new Dictionary<ClientId, ByteCount>();
            for (int i = 0; i < 1000; i++)
            {
                var count = new ByteCount(new ClientId(clients[random.Next(clients.Length)]), (ulong)i, (ulong)round);
                latest[count.Client] = count;
                batch.Add([count]);
            }

            Assert.Equal(latest.Count, batch.Count);
            Assert.Equal(latest.Values.OrderBy(count => count.Client.Value), batch.Take().OrderBy(count => count.Client.Value));
            Assert.Equal(0, batch.Count);
        }
    }
}
