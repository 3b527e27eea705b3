using Bunit;

using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;

using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Components.Controls;

public sealed class ToastListTests : ComponentTestContext
{
    private Toasts Toasts => Services.GetRequiredService<Toasts>();

    [Fact]
    public void A_message_goes_by_itself()
    {
        var cut = Draw();

        Time.Advance(Toasts.ShownFor);

        cut.WaitForAssertion(() => Assert.Empty(cut.FindAll(".toast")));
    }

    [Theory]
    [InlineData("onmouseenter", "onmouseleave")]
    [InlineData("onfocusin", "onfocusout")]
    public void A_message_stays_while_it_is_read(string begins, string ends)
    {
        var cut = Draw();

        cut.Find(".toasts").TriggerEvent(begins, EventArgs.Empty);
        Time.Advance(10 * Toasts.ShownFor);
        Assert.Single(Toasts.Messages);

        cut.Find(".toasts").TriggerEvent(ends, EventArgs.Empty);
        Time.Advance(Toasts.ShownFor);
        Assert.Empty(Toasts.Messages);
    }

    [Fact]
    public void After_one_was_closed_the_others_go_by_themselves()
    {
        var cut = Draw();
        Toasts.Show(Tone.Good, "bob is disconnected", "");
        cut.WaitForState(() => cut.FindAll(".toast").Count == 2);

        cut.Find(".toasts").MouseEnter();
        cut.Find(".toast button").Click();
        Time.Advance(Toasts.ShownFor);

        Assert.Empty(Toasts.Messages);
    }

    private IRenderedComponent<ToastList> Draw()
    {
        var cut = Render<ToastList>();
        Toasts.Show(Tone.Good, "alice is disconnected", "SUCCESS: client-kill command succeeded");
        cut.WaitForState(() => cut.FindAll(".toast").Count == 1);
        return cut;
    }
}
