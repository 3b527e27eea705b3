using System.Collections.Concurrent;

namespace Tunnel.Smux;

/// <summary>
/// Blocks of one size for data under way. The array pool of the framework keeps few arrays of a size; under full load a session needs a hundred, and without
/// them every frame would be an allocation.
/// </summary>
internal static class BlockPool
{
    public const int BlockSize = 32 * 1024;
    private const int MaxKept = 1024;

    private static readonly ConcurrentQueue<byte[]> s_blocks = new();
    private static int s_kept;

    public static byte[] Rent()
    {
        if (!s_blocks.TryDequeue(out byte[]? block))
            return GC.AllocateUninitializedArray<byte>(BlockSize);
        Interlocked.Decrement(ref s_kept);
        return block;
    }

    public static void Return(byte[] block)
    {
        if (Volatile.Read(ref s_kept) >= MaxKept)
            return;
        Interlocked.Increment(ref s_kept);
        s_blocks.Enqueue(block);
    }
}
