using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mgmt.Core.Events;

namespace Mgmt.Core.Connection;

/// <summary>The latest byte count of each client. Not thread-safe: it belongs to its queue.</summary>
internal sealed class ByteCountBatch
{
    /// <summary>CIDs count from 0, so most are found by index; those of a server that has seen more clients than this, by hash.</summary>
    private const int MaxIndexed = 64 * 1024;

    private readonly Dictionary<uint, int> _placesOfLarge = [];
    private int[] _places = []; // place + 1 in _counts, 0 for none
    private ByteCount[] _counts = [];

    /// <summary>How many clients are in the batch.</summary>
    public int Count { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // see ByteCountReader.Read
    public void Add(ReadOnlySpan<ByteCount> counts)
    {
        foreach (ref readonly ByteCount count in counts)
        {
            uint client = count.Client.Value;
            int[] places = _places;
            ref int place = ref client < (uint)places.Length ? ref places[client] : ref PlaceOfNew(client);
            if (place == 0)
            {
                if (Count == _counts.Length)
                    Array.Resize(ref _counts, Math.Max(16, 2 * Count));
                place = ++Count;
            }

            _counts[place - 1] = count;
        }
    }

    /// <summary>Empties the batch and returns what was in it, in the order in which the clients were first heard of.</summary>
    public ImmutableArray<ByteCount> Take()
    {
        ImmutableArray<ByteCount> taken = ImmutableArray.Create(_counts.AsSpan(0, Count));
        Clear();
        return taken;
    }

    public void Clear()
    {
        foreach (ByteCount count in _counts.AsSpan(0, Count))
        {
            if (count.Client.Value < (uint)_places.Length)
                _places[count.Client.Value] = 0;
        }

        _placesOfLarge.Clear();
        Count = 0;
    }

    private ref int PlaceOfNew(uint client)
    {
        if (client >= MaxIndexed)
            return ref CollectionsMarshal.GetValueRefOrAddDefault(_placesOfLarge, client, out _);
        Array.Resize(ref _places, (int)Math.Min(Math.Max(16, 2 * (client + 1)), MaxIndexed));
        return ref _places[client];
    }
}
