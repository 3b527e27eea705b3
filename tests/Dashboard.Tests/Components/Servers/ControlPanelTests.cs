using Bunit;

using Dashboard.Components.Controls;
using Dashboard.Components.Servers;
using Dashboard.Live;

namespace Dashboard.Tests.Components.Servers;

public sealed class ControlPanelTests : ComponentTestContext
{
    private readonly IRenderedComponent<Overlays> _overlays;

    public ControlPanelTests() => _overlays = Render<Overlays>();

    [Theory]
    [InlineData("Send SIGHUP…", "ana: signal SIGHUP paris")]
    [InlineData("Turn on… waiting at the next start", "ana: hold On paris")]
    [InlineData("Forget passwords…", "ana: forget-passwords paris")]
    [InlineData("Release the slot…", "ana: release slot paris 00:10:00")]
    public void Each_button_asks_first_and_then_sends_its_command(string button, string asked)
    {
        var cut = Draw();

        cut.Find($"[aria-label='{button}']").Click();
        Assert.Empty(Operations.Asked);
        _overlays.Find("form").Submit();

        Assert.Equal([asked], Operations.Asked);
    }

    [Fact]
    public void The_log_level_begins_at_what_it_is_and_is_set_to_what_was_typed()
    {
        var cut = Draw();
        Assert.Equal("3", cut.Find("#verb").GetAttribute("value"));

        cut.Find("#verb").Change("5");
        cut.FindAll("form.thing")[0].Submit();
        _overlays.Find("form").Submit();

        Assert.Equal(["ana: verb 5 paris"], Operations.Asked);
    }

    [Fact]
    public void Options_are_pushed_to_the_client_that_was_chosen()
    {
        ClientSnapshot bob = Sample.Client("bob", 4);
        var cut = Draw(Sample.Server().With(Sample.Client("alice"), bob) with { Version = "2.7.6" });

        cut.Find("form.push input").Input("dhcp-option DNS 10.8.0.1");
        cut.Find("form.push [role=combobox]").Input("bob");
        _overlays.WaitForElement("[role=option]").Click();
        cut.Find("form.push").Submit();
        _overlays.Find("form").Submit();

        Assert.Equal(["ana: push-update paris bob 'dhcp-option DNS 10.8.0.1'"], Operations.Asked);
    }

    [Fact]
    public void Options_are_pushed_to_nobody_where_a_name_was_only_half_typed()
    {
        var cut = Draw(Sample.Server().With(Sample.Client("alice"), Sample.Client("bob", 4)) with { Version = "2.7.6" });

        cut.Find("form.push input").Input("dhcp-option DNS 10.8.0.1");
        cut.Find("form.push [role=combobox]").Input("bo");
        cut.Find("form.push").Submit();

        cut.WaitForAssertion(() => Assert.Contains("No such client is connected.", cut.Find("form.push").TextContent, StringComparison.Ordinal));
        Assert.Empty(_overlays.FindAll("form"));
    }

    [Fact]
    public void Options_are_pushed_to_nobody_once_the_chosen_client_has_left()
    {
        ServerSnapshot server = Sample.Server() with { Version = "2.7.6" };
        var cut = Draw(server.With(Sample.Client("alice"), Sample.Client("bob", 4)));
        cut.Find("form.push input").Input("dhcp-option DNS 10.8.0.1");
        cut.Find("form.push [role=combobox]").Input("bob");
        _overlays.WaitForElement("[role=option]").Click();

        cut.Render(panel => panel.Add(p => p.Server, server.With(Sample.Client("alice"))));
        cut.Find("form.push").Submit();

        cut.WaitForAssertion(() => Assert.Contains("No such client is connected.", cut.Find("form.push").TextContent, StringComparison.Ordinal));
        Assert.Empty(_overlays.FindAll("form"));
    }

    [Fact]
    public void An_empty_log_level_is_not_sent()
    {
        var cut = Draw(Sample.Server());

        cut.Find("#verb").Change("");
        cut.FindAll("form.thing")[0].Submit();

        Assert.Empty(_overlays.FindAll("form"));
    }

    [Theory]
    [InlineData("2.6.14", true)]
    [InlineData("2.7.0", false)]
    [InlineData("2.8_git", false)]
    [InlineData(null, false)]
    public void A_release_that_cannot_push_says_so(string? version, bool cannot) =>
        Assert.Equal(cannot, Draw(Sample.Server() with { Version = version }).Markup.Contains("which cannot", StringComparison.Ordinal));

    [Fact]
    public void Without_a_management_session_nothing_can_be_sent_but_the_slot_can_be_released() =>
        Assert.All(Draw(Sample.Server(status: ServerStatus.Unreachable)).FindAll("button:not([tabindex='-1'])"), button => Assert.Equal(button.GetAttribute("aria-label") is not "Release the slot…", button.HasAttribute("disabled")));

    [Fact]
    public void A_released_slot_can_be_taken_back_or_left_for_longer()
    {
        var cut = Draw(Sample.Server(status: ServerStatus.Released));

        cut.Find("[aria-label='Take the slot back…']").Click();
        _overlays.Find("form").Submit();

        Assert.Equal(["ana: take slot back paris"], Operations.Asked);
        Assert.Contains("Stay away longer", cut.Markup, StringComparison.Ordinal);
    }

    private IRenderedComponent<ControlPanel> Draw(ServerSnapshot? server = null) =>
        Render<ControlPanel>(parameters => parameters.Add(panel => panel.Server, server ?? Sample.Server()));
}
