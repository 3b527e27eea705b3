using System.Collections.Immutable;

using Dashboard.Live;

namespace Dashboard.Approvals;

/// <summary>
/// Who is kept out, in memory: asked on every server's loop, so it waits for nothing. Changes are in force at once; the
/// file and the database follow. Safe from any thread.
/// </summary>
internal sealed class BlockList
{
    /// <summary>How many blocks can stand on one name: a program that adds one each minute must not fill memory and pages.</summary>
    public const int MaxOnName = 20;

    private readonly Lock _gate = new();
    private readonly BlockFile _file;
    private readonly TimeProvider _time;
    private ImmutableDictionary<Guid, KeptBlock> _blocks;

    /// <summary>By the name in any case: how much its case matters depends on what name of a client it is compared with.</summary>
    private ImmutableDictionary<string, ImmutableArray<Block>> _byName = ImmutableDictionary<string, ImmutableArray<Block>>.Empty;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableArray<Action> _subscribers = [];
    private int _version;

    public BlockList(BlockFile file, TimeProvider time)
    {
        (_file, _time) = (file, time);
        _blocks = _file.Read().ToImmutableDictionary(kept => kept.Block.Id);
        Index();
    }

    /// <summary>Grows with every change.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Every block that stands, newest first.</summary>
    public IReadOnlyList<Block> Active
    {
        get
        {
            DateTimeOffset now = _time.GetUtcNow();
            return [.. Volatile.Read(ref _blocks).Values.Select(kept => kept.Block).Where(block => block.IsActive(now)).OrderByDescending(block => block.CreatedAt)];
        }
    }

    /// <summary>Changes that the database does not know yet.</summary>
    public int Unsaved => Volatile.Read(ref _blocks).Values.Count(kept => !kept.IsSaved);

    /// <summary>Whether nobody at all is kept out: nothing to look for then.</summary>
    public bool IsEmpty => Volatile.Read(ref _byName).IsEmpty;

    /// <summary>The block that keeps a client out for longest, by any of its names; null when it is welcome.</summary>
    public Block? Find(string server, ClientNames names)
    {
        DateTimeOffset now = _time.GetUtcNow();
        Block? longest = null;
        foreach (string? name in (ReadOnlySpan<string?>)[names.CommonName, names.Username, names.CertificateName])
        {
            foreach (Block block in On(name))
            {
                if (block.IsActive(now) && block.Covers(server) && block.Name.Means(names))
                    longest = Block.Longer(longest, block);
            }
        }
        return longest;
    }

    /// <summary>The block on this name that stands for longest; null when there is none.</summary>
    /// <param name="server">Null asks for one that keeps it out of every server.</param>
    public Block? Find(string? server, BlockedName name) => On(name).Where(block => block.Covers(server)).Aggregate((Block?)null, Block.Longer);

    /// <summary>Every block that stands on this name, on whatever server.</summary>
    public IEnumerable<Block> On(BlockedName name)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return On(name.Text).Where(block => block.IsActive(now) && block.Name.Overlaps(name));
    }

    /// <summary>Puts a block in force. It replaces none: of several on a name the longest holds, and each is lifted by itself.</summary>
    /// <returns>False where as many stand on the name as there may be; nothing is changed then.</returns>
    public bool Add(Block block)
    {
        bool isAdded = false;
        Change(blocks =>
        {
            isAdded = On(block.Name).Count() < MaxOnName;
            return isAdded ? blocks.SetItem(block.Id, new KeptBlock(block, IsSaved: false)) : blocks;
        });
        return isAdded;
    }

    /// <summary>Calls <paramref name="changed"/> after each change, on the thread that made it, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed)
    {
        ImmutableInterlocked.Update(ref _subscribers, static (all, added) => all.Add(added), changed);
        return new Subscription(() => ImmutableInterlocked.Update(ref _subscribers, static (all, removed) => all.Remove(removed), changed));
    }

    /// <returns>The block as it was; null when no such block stands.</returns>
    public Block? Lift(Guid id, string by)
    {
        DateTimeOffset now = _time.GetUtcNow();
        Block? lifted = null;
        Change(blocks =>
        {
            lifted = blocks.GetValueOrDefault(id)?.Block is { } block && block.IsActive(now) ? block : null;
            return lifted is null ? blocks : blocks.SetItem(id, new KeptBlock(lifted with { LiftedAt = now, LiftedBy = by }, IsSaved: false));
        });
        return lifted;
    }

    /// <summary>Completes at the next change.</summary>
    internal Task WhenChanged
    {
        get
        {
            lock (_gate)
                return _changed.Task;
        }
    }

    internal IReadOnlyList<Block> ToSave() => [.. Volatile.Read(ref _blocks).Values.Where(kept => !kept.IsSaved).Select(kept => kept.Block)];

    /// <summary>Takes what the database says; what it was not told yet stays as it is here.</summary>
    internal void Settle(IReadOnlyList<Block> saved, IReadOnlyList<Block> active)
    {
        HashSet<Block> told = [.. saved];
        Change(blocks =>
        {
            ImmutableDictionary<Guid, KeptBlock> settled = active.ToImmutableDictionary(block => block.Id, block => new KeptBlock(block, IsSaved: true));
            foreach (KeptBlock kept in blocks.Values.Where(kept => !kept.IsSaved && !told.Contains(kept.Block)))
                settled = settled.SetItem(kept.Block.Id, kept);
            return settled;
        });
    }

    private void Change(Func<ImmutableDictionary<Guid, KeptBlock>, ImmutableDictionary<Guid, KeptBlock>> change)
    {
        lock (_gate)
        {
            ImmutableDictionary<Guid, KeptBlock> next = change(_blocks);
            if (ReferenceEquals(next, _blocks) || (next.Count == _blocks.Count && next.Values.All(kept => _blocks.TryGetValue(kept.Block.Id, out KeptBlock? before) && before == kept)))
                return;
            Volatile.Write(ref _blocks, next);
            Index();
            _file.TryWrite(next.Values);
            Volatile.Write(ref _version, _version + 1);
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        foreach (Action subscriber in _subscribers)
            subscriber();
    }

    private ImmutableArray<Block> On(string? name) =>
        name is not null && Volatile.Read(ref _byName).TryGetValue(ClientNames.Folded(name), out ImmutableArray<Block> blocks) ? blocks : [];

    private void Index()
    {
        DateTimeOffset now = _time.GetUtcNow();
        Volatile.Write(ref _byName, _blocks.Values.Select(kept => kept.Block).Where(block => block.IsActive(now))
            .GroupBy(block => ClientNames.Folded(block.CommonName), StringComparer.OrdinalIgnoreCase)
            .ToImmutableDictionary(blocks => blocks.Key, blocks => blocks.ToImmutableArray(), StringComparer.OrdinalIgnoreCase));
    }
}
