using Tunnel.Smux;

namespace Tunnel.Tests.Smux;

public sealed class ByteQueueTests
{
    [Fact]
    public void What_goes_in_comes_out_in_order_whatever_the_sizes()
    {
        var random = new Random(7);
        var queue = new ByteQueue();
        byte written = 0, expected = 0;
        int inside = 0;
        for (int i = 0; i < 400; i++)
        {
            byte[] data = new byte[random.Next(0, random.Next(2) == 0 ? 100 : 70_000)];
            if (inside < 2_000_000)
            {
                for (int k = 0; k < data.Length; k++)
                    data[k] = written++;
                queue.Write(data);
                inside += data.Length;
            }

            byte[] read = new byte[random.Next(0, 100_000)];
            int count = queue.Read(read);
            inside -= count;
            Assert.Equal(inside, queue.Length);
            for (int k = 0; k < count; k++)
                Assert.Equal(expected++, read[k]);
        }
    }

    [Fact]
    public void Cleared_it_is_empty_and_usable()
    {
        var queue = new ByteQueue();
        queue.Write(new byte[200_000]);

        queue.Clear();
        queue.Write([1, 2]);

        byte[] read = new byte[8];
        Assert.Equal((2, 0), (queue.Read(read), queue.Length));
        Assert.Equal(1, read[0]);
    }
}
