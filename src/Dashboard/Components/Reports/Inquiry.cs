using Dashboard.History;
using Dashboard.History.Reports;

namespace Dashboard.Components.Reports;

/// <summary>
/// A question that a component asks the history. A new one ends the one before, whose answer would come too late. For
/// the renderer's thread.
/// </summary>
internal sealed class Inquiry<T> : IDisposable
{
    private CancellationTokenSource _asked = new();
    private object? _question;
    private bool _disposed;

    public InquiryState State { get; private set; }

    /// <summary>Only after <see cref="InquiryState.Answered"/>.</summary>
    public T Answer { get; private set; } = default!;

    /// <summary>Why there is no answer, for a person.</summary>
    public string Trouble { get; private set; } = "";

    /// <summary>Asks, unless the last question was the same.</summary>
    /// <param name="question">Compared with the last one; null asks in any case.</param>
    /// <returns>Whether it brought an answer that was not there before.</returns>
    public async Task<bool> AskAsync(object? question, Func<CancellationToken, Task<T>> ask)
    {
        if (_disposed || (question is not null && Equals(question, _question)))
            return false;
        _question = question ?? _question;
        CancellationTokenSource before = _asked;
        _asked = new CancellationTokenSource();
        CancellationToken cancellationToken = _asked.Token;
        State = InquiryState.Reading;
        await before.CancelAsync();
        before.Dispose();
        if (cancellationToken.IsCancellationRequested)
            return false; // the next question has come already
        try
        {
            T answer = await ask(cancellationToken);
            if (cancellationToken.IsCancellationRequested)
                return false;
            (Answer, State) = (answer, InquiryState.Answered);
            return true;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // nobody waits for it any more
        }
        catch (HistoryUnavailableException e)
        {
            (Trouble, State) = (e.Message, InquiryState.Unavailable);
        }
        catch (HistoryQueryException e)
        {
            (Trouble, State) = (e.Message, InquiryState.Refused);
        }
        return false;
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _asked.Cancel();
        _asked.Dispose();
    }
}
