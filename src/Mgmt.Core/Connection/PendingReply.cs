using Mgmt.Core.Events;

namespace Mgmt.Core.Connection;

/// <summary>A command that waits for its turn or for its reply.</summary>
internal abstract class PendingReply(string name, ReadOnlyMemory<byte> wire)
{
    /// <summary>The command's first word, for messages; parameters may be secret.</summary>
    public string Name => name;

    /// <summary>What is sent, line ends included.</summary>
    public ReadOnlyMemory<byte> Wire => wire;

    /// <summary>A line of the reply has been seen.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Only a fence can show where the reply ends.</summary>
    public abstract bool WantsFence { get; }

    /// <summary>Silence may be the whole reply.</summary>
    public abstract bool MayBeNothing { get; }

    public abstract bool EveryLineIsReply { get; }

    public bool OnLine(ReadOnlySpan<byte> line)
    {
        HasBegun = true;
        return Read(line);
    }

    public abstract bool OnNotification(ManagementEvent notification);

    public abstract void Complete(bool complete);

    public abstract void Fail(Exception error);

    protected abstract bool Read(ReadOnlySpan<byte> line);
}

/// <inheritdoc/>
internal sealed class PendingReply<T>(string name, ReadOnlyMemory<byte> wire, IReplyReader<T> reader, Action<T>? onReply = null) : PendingReply(name, wire)
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _result.Task;

    public override bool WantsFence => reader.WantsFence;

    public override bool MayBeNothing => reader.MayBeNothing;

    public override bool EveryLineIsReply => reader.EveryLineIsReply;

    public override bool OnNotification(ManagementEvent notification) => reader.Read(notification);

    public override void Complete(bool complete)
    {
        if (_result.Task.IsCompleted)
            return; // given up before
        try
        {
            T result = reader.Finish(complete);
            onReply?.Invoke(result); // on the reader: nothing that comes later has been looked at yet
            _result.TrySetResult(result);
        }
        catch (ManagementException error)
        {
            Fail(error);
        }
    }

    public override void Fail(Exception error)
    {
        if (_result.TrySetException(error))
            _ = _result.Task.Exception; // whoever cancelled the wait no longer looks
    }

    protected override bool Read(ReadOnlySpan<byte> line) => reader.Read(line);
}
