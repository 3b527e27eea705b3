using Dashboard.Components.Viewing;

using Microsoft.AspNetCore.Http;

namespace Dashboard.Tests.Components.Viewing;

public sealed class BrowserPreferencesTests
{
    [Theory]
    [InlineData("theme=dark; timeZone=Europe%2FBerlin", "dark", "Europe/Berlin")]
    [InlineData("theme=light", "light", null)]
    [InlineData("theme=\"><script>", null, null)]
    [InlineData("", null, null)]
    public void Only_known_themes_and_short_zones_are_taken(string cookies, string? theme, string? zone)
    {
        DefaultHttpContext context = new();
        context.Request.Headers.Cookie = cookies;

        Assert.Equal(new BrowserPreferences(theme, zone), BrowserPreferences.Read(context.Request.Cookies));
    }
}
