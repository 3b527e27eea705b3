using AngleSharp.Dom;

using Bunit;

using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;
using Dashboard.Live;

namespace Dashboard.Tests.Components.Controls;

public sealed class SmallControlsTests : ComponentTestContext
{
    [Theory]
    [InlineData(Tone.Good, "circle")]
    [InlineData(Tone.Warning, "path")]
    [InlineData(Tone.Bad, "path")]
    [InlineData(Tone.Waiting, "rect")]
    public void A_state_has_a_shape_and_a_word_beside_its_colour(Tone tone, string shape)
    {
        var cut = Render<StateChip>(p => p.Add(c => c.Tone, tone).Add(c => c.Label, "Held"));

        Assert.NotNull(cut.Find($"svg[aria-hidden=true] > {shape}"));
        Assert.Equal("Held", cut.Find(".chip").TextContent);
    }

    [Fact]
    public void Every_status_has_a_label_of_its_own() =>
        Assert.Equal(Enum.GetValues<ServerStatus>().Length, Enum.GetValues<ServerStatus>().Select(status => status.Label()).Distinct().Count());

    [Theory]
    [InlineData(null, false, "–", "unknown")]
    [InlineData(0d, false, "0", "in")]
    [InlineData(2_300_000d, false, "18.4 M", "in")]
    [InlineData(2_300_000d, true, "18.4 M", "old")]
    public void A_rate_tells_unknown_from_zero_from_old(double? value, bool old, string text, string colour)
    {
        var cut = Render<Rate>(p => p.Add(r => r.Value, value).Add(r => r.Direction, Direction.FromClients).Add(r => r.Old, old));

        Assert.Equal(text, cut.Find(".rate").TextContent);
        Assert.Contains(colour, cut.Find(".rate").ClassList);
    }

    [Fact]
    public void Bytes_have_every_digit_in_their_tooltip() =>
        Assert.Equal("1,204,118 bytes", Render<Bytes>(p => p.Add(b => b.Value, 1_204_118)).Find("span").GetAttribute("title"));

    [Fact]
    public void Unknown_bytes_are_a_dash() =>
        Assert.Equal("–", Render<Bytes>(p => p.Add(b => b.Value, null)).Find("span").TextContent);

    [Theory]
    [MemberData(nameof(Sample.HostileNames), MemberType = typeof(Sample))]
    public void Hostile_text_is_one_isolated_text_and_nothing_else(string text)
    {
        IElement shown = Render<Untrusted>(p => p.Add(u => u.Text, text)).Find("bdi");

        Assert.Empty(shown.Children);
        Assert.Equal(HostileText.Visible(text), shown.TextContent);
    }

    [Fact]
    public void An_age_counts_on_by_itself()
    {
        var cut = Render<Age>(p => p.Add(a => a.Since, Sample.Now.AddSeconds(-8)));

        Time.Advance(TimeSpan.FromSeconds(2));

        cut.WaitForAssertion(() => Assert.Equal("10 s", cut.Find("time").TextContent));
    }

    [Fact]
    public void An_age_says_the_instant_in_its_tooltip() =>
        Assert.Equal("20 Nov 2026, 14:30:00 (UTC)", Render<Age>(p => p.Add(a => a.Since, Sample.Now)).Find("time").GetAttribute("title"));

    [Fact]
    public async Task An_age_that_is_gone_listens_no_more()
    {
        Render<Age>(p => p.Add(a => a.Since, Sample.Now));

        await DisposeComponentsAsync();

        Assert.Equal(0, Clock.Listeners);
    }

    [Fact]
    public void A_countdown_ends_with_now()
    {
        var cut = Render<Countdown>(p => p.Add(c => c.Until, Sample.Now.AddSeconds(2)));
        Assert.Equal("in 2 s", cut.Find("time").TextContent);

        Time.Advance(TimeSpan.FromSeconds(2));

        cut.WaitForAssertion(() => Assert.Equal("now", cut.Find("time").TextContent));
    }

    [Fact]
    public void An_error_is_announced() =>
        Assert.Contains("Broken", Render<ErrorBanner>(p => p.Add(b => b.Title, "Broken")).Find("[role=alert]").TextContent);

    [Fact]
    public void A_card_is_named_by_its_heading()
    {
        var cut = Render<Card>(p => p.Add(c => c.Title, "Bandwidth"));

        Assert.Equal("Bandwidth", cut.Find("#" + cut.Find("section").GetAttribute("aria-labelledby")).TextContent);
    }

    [Fact]
    public void A_tile_says_what_it_counts() =>
        Assert.Equal("clients", Render<StatTile>(p => p.Add(t => t.Label, "clients").AddChildContent("12")).Find("small").TextContent);

    [Fact]
    public void An_empty_place_says_what_to_do() =>
        Assert.Contains("configure", Render<EmptyState>(p => p.Add(e => e.Title, "Nothing").AddChildContent("<p>configure one</p>")).Find(".empty").TextContent);

    [Fact]
    public void An_icon_is_not_read_out() =>
        Assert.Equal("lib/icons.svg#search", Render<Icon>(p => p.Add(i => i.Name, "search")).Find("svg[aria-hidden=true] use").GetAttribute("href"));
}
