namespace Dashboard.Access.Audit;

/// <summary>How many refusals of one kind and for one account are worth an entry. It knows as many accounts as there are, and no name that a stranger made up.</summary>
internal sealed class RefusalLimit(TimeProvider time)
{
    public const int PerWindow = 6; // as many as it takes to be locked out, and the first one after

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Action, string? Account), (int Count, DateTimeOffset Ends)> _taken = [];

    /// <returns>The refusal's place among those that count; null when there were enough.</returns>
    public Place? Take(string action, string? account)
    {
        (string, string?) key = (action, account?.ToUpperInvariant());
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            (int count, DateTimeOffset ends) = _taken.TryGetValue(key, out var known) && known.Ends > now ? known : (0, now + Window);
            if (count >= PerWindow)
                return null;
            _taken[key] = (count + 1, ends);
            return new Place(count + 1 == PerWindow, ends);
        }
    }

    /// <param name="IsLast">Whether no more are taken before <paramref name="Until"/>.</param>
    internal readonly record struct Place(bool IsLast, DateTimeOffset Until);
}
