namespace Dashboard.Components.Viewing;

/// <summary>What the browser tells of itself in cookies, so that the first picture is right already; written by console.js.</summary>
/// <param name="Theme"><c>light</c>, <c>dark</c>, or null to follow the system.</param>
/// <param name="TimeZone">IANA name; null on the first visit.</param>
internal sealed record BrowserPreferences(string? Theme, string? TimeZone)
{
    private const int MaxZoneLength = 64;

    public static BrowserPreferences Read(IRequestCookieCollection cookies) => new(
        cookies["theme"] is "light" or "dark" ? cookies["theme"] : null,
        cookies["timeZone"] is { Length: > 0 and <= MaxZoneLength } zone ? zone : null);
}
