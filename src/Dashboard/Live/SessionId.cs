namespace Dashboard.Live;

/// <summary>
/// Names one client session for pages, the API and the database: derived from the <see cref="SessionIdentity"/>, so that
/// the same session has the same id after a restart of the dashboard.
/// </summary>
public readonly record struct SessionId(Guid Value)
{
    public override string ToString() => Value.ToString("N");

    public static bool TryParse(string? text, out SessionId id)
    {
        bool parsed = Guid.TryParseExact(text, "N", out Guid value);
        id = new SessionId(value);
        return parsed;
    }
}
