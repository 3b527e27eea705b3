using Bunit;

using Dashboard.Components.Servers;
using Dashboard.Fleet.Operations;

namespace Dashboard.Tests.Components.Servers;

public sealed class ConsolePanelTests : ComponentTestContext
{
    [Fact]
    public void A_command_goes_out_as_it_was_typed_and_every_line_of_the_answer_is_shown_as_text()
    {
        var cut = Render<ConsolePanel>(parameters => parameters.Add(panel => panel.Server, Sample.Server()));

        cut.Find("input").Input("status 3");
        cut.Find("form").Submit();
        Operations.Answers(OperationOutcome.Done, "CLIENT_LIST\t<b>x</b>\nEND");

        cut.WaitForAssertion(() => Assert.Equal(["CLIENT_LIST‹0009›<b>x</b>", "END"], cut.FindAll(".answer > div").Select(line => line.TextContent)));
        Assert.Equal(["ana: raw paris 'status 3'"], Operations.Asked);
        Assert.Equal("", cut.Find("input").GetAttribute("value"));
    }

    [Fact]
    public void A_command_that_was_not_sent_says_why()
    {
        var cut = Render<ConsolePanel>(parameters => parameters.Add(panel => panel.Server, Sample.Server()));

        cut.Find("input").Input("exit");
        cut.Find("form").Submit();
        Operations.Answers(OperationOutcome.Refused, "It would close the dashboard’s own management session.");

        cut.WaitForAssertion(() => Assert.Contains("Not sent", cut.Find(".entry").TextContent, StringComparison.Ordinal));
        Assert.Contains("It would close", cut.Find(".entry").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_recent_proof_nothing_is_sent_and_the_page_leads_to_where_one_gives_it()
    {
        var cut = Render<ConsolePanel>(parameters => parameters.Add(panel => panel.Server, Sample.Server()));
        cut.Find("input").Input("status 3");
        User.SetPolicies("View", "Operate", "Administer"); // it has run out while the page was open

        cut.Find("form").Submit();

        cut.WaitForAssertion(() => Assert.StartsWith("account/confirm", cut.Find("[role=alert] a").GetAttribute("href"), StringComparison.Ordinal));
        Assert.Equal("status 3", cut.Find("input").GetAttribute("value"));
        Assert.Empty(Operations.Asked);
    }

    [Fact]
    public void What_was_typed_is_still_there_when_one_comes_back_to_the_page()
    {
        var first = Render<ConsolePanel>(parameters => parameters.Add(panel => panel.Server, Sample.Server()));
        first.Find("input").Input("help");
        first.Find("form").Submit();
        Operations.Answers(OperationOutcome.Done, "END");
        first.WaitForAssertion(() => Assert.Single(first.FindAll(".entry")));

        var again = Render<ConsolePanel>(parameters => parameters.Add(panel => panel.Server, Sample.Server()));
        var other = Render<ConsolePanel>(parameters => parameters.Add(panel => panel.Server, Sample.Server("lyon")));

        Assert.Contains("help", again.Find(".line").TextContent, StringComparison.Ordinal);
        Assert.Empty(other.FindAll(".entry"));
    }
}
