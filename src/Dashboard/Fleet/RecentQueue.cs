using System.Collections.Immutable;

namespace Dashboard.Fleet;

/// <summary>The last so many items, and an immutable picture of them that is made only when somebody looks.</summary>
internal sealed class RecentQueue<T>(int capacity)
{
    private readonly Queue<T> _items = new(capacity);
    private ImmutableArray<T> _picture = [];
    private bool _changed;

    public void Add(T item)
    {
        if (_items.Count == capacity)
            _items.Dequeue();
        _items.Enqueue(item);
        _changed = true;
    }

    public void Clear()
    {
        _items.Clear();
        _changed = true;
    }

    /// <summary>Oldest first.</summary>
    public ImmutableArray<T> Picture
    {
        get
        {
            if (_changed)
                (_picture, _changed) = ([.. _items], false);
            return _picture;
        }
    }
}
