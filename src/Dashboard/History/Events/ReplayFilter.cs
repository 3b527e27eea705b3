namespace Dashboard.History.Events;

/// <summary>
/// Tells what is new in a daemon's memory: with each connection it repeats the lines that it still has, of which we may have
/// stored some. Lines have whole seconds, so those of the last second that is stored are counted.
/// </summary>
/// <param name="last">The latest second of which something is stored.</param>
/// <param name="stored">The texts of that second.</param>
internal sealed class ReplayFilter(DateTimeOffset last, IEnumerable<string> stored)
{
    private readonly Dictionary<string, int> _stored = stored.CountBy(text => text, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _repeated = new(StringComparer.Ordinal);
    private DateTimeOffset _last = last;
    private long _replay;

    /// <summary>Whether a line is to be stored. If so it counts as stored from now on.</summary>
    /// <param name="replay"><see cref="Fleet.ServerEvent.Replay"/>.</param>
    public bool IsNew(StoredEvent line, long replay)
    {
        bool isReplay = replay != 0;
        if (isReplay && replay != _replay)
        {
            _replay = replay;
            _repeated.Clear();
        }
        if (isReplay && (line.At < _last || (line.At == _last && Count(_repeated, line.Text) <= _stored.GetValueOrDefault(line.Text))))
            return false;
        if (line.At > _last)
        {
            _last = line.At;
            _stored.Clear();
            _repeated.Clear();
        }
        if (line.At == _last)
        {
            Count(_stored, line.Text);
            if (isReplay)
                _repeated[line.Text] = _stored[line.Text];
        }
        return true;
    }

    private static int Count(Dictionary<string, int> counts, string text) => counts[text] = counts.GetValueOrDefault(text) + 1;
}
