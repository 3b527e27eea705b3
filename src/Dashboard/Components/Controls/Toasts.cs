using System.Collections.Immutable;

using Dashboard.Components.Viewing;

namespace Dashboard.Components.Controls;

/// <summary>
/// Short messages about something that ended while the person looks elsewhere. <see cref="ToastList"/> shows them. They go
/// by themselves, but not while they are read.
/// </summary>
public sealed class Toasts(TimeProvider time) : IDisposable
{
    internal static readonly TimeSpan ShownFor = TimeSpan.FromSeconds(12);

    private ImmutableDictionary<ToastMessage, ITimer> _timers = ImmutableDictionary<ToastMessage, ITimer>.Empty;
    private ImmutableArray<ToastMessage> _messages = [];

    private Action? _changed;
    private volatile bool _held;

    /// <summary>What is on the screen, the oldest first.</summary>
    public IReadOnlyList<ToastMessage> Messages => _messages;

    /// <param name="detail">May be hostile text.</param>
    public void Show(Tone tone, string title, string detail)
    {
        ToastMessage message = new(tone, title, detail);
        ImmutableInterlocked.Update(ref _messages, static (all, added) => all.Add(added), message);
        ImmutableInterlocked.TryAdd(ref _timers, message, time.CreateTimer(_ => Close(message), null, _held ? Timeout.InfiniteTimeSpan : ShownFor, Timeout.InfiniteTimeSpan));
        _changed?.Invoke();
    }

    /// <summary>Somebody reads them: none goes before <see cref="Release"/>, and then each has its whole time again.</summary>
    public void Hold() => Hold(true);

    public void Release() => Hold(false);

    /// <summary>Calls back when <see cref="Messages"/> changed, on any thread, until the result is disposed of.</summary>
    public IDisposable Subscribe(Action changed)
    {
        _changed += changed;
        return new Subscription(() => _changed -= changed);
    }

    public void Close(ToastMessage message)
    {
        if (ImmutableInterlocked.TryRemove(ref _timers, message, out ITimer? timer))
            timer.Dispose();
        if (ImmutableInterlocked.Update(ref _messages, static (all, gone) => all.Remove(gone), message))
            _changed?.Invoke();
    }

    public void Dispose()
    {
        foreach (ITimer timer in _timers.Values)
            timer.Dispose();
    }

    private void Hold(bool held)
    {
        _held = held;
        foreach (ITimer timer in _timers.Values)
            timer.Change(held ? Timeout.InfiniteTimeSpan : ShownFor, Timeout.InfiniteTimeSpan);
    }
}

/// <summary>One toast. Compared by reference: the same words may be there twice.</summary>
public sealed class ToastMessage(Tone tone, string title, string detail)
{
    public Tone Tone { get; } = tone;
    public string Title { get; } = title;
    public string Detail { get; } = detail;
}
