using Bunit;

using Dashboard.Components.Controls;
using Dashboard.Components.Servers;
using Dashboard.Fleet.Questions;
using Dashboard.Live;

namespace Dashboard.Tests.Components.Servers;

public sealed class QuestionCardTests : ComponentTestContext
{
    private static DaemonQuestion Auth => new(Guid.NewGuid(), QuestionKind.Credentials, "Auth") { WantsUsername = true, WantsPassword = true, CanBeRemembered = true, Since = Sample.Now };

    [Fact]
    public void What_was_typed_is_sent_and_the_password_leaves_the_page()
    {
        var cut = Draw(Auth);
        cut.Find("input[type=text]").Change("me");
        cut.Find("input[type=password]").Change("secret");

        cut.Find("form").Submit();

        Assert.Equal(("me", "secret", false), (Operations.Answer!.Username, Operations.Answer.Password, Operations.Answer.Remember));
        Assert.DoesNotContain("secret", cut.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Operations.Answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_remembered_unless_that_was_wanted()
    {
        var cut = Draw(Auth);
        Assert.False(cut.Find("input[type=checkbox]").HasAttribute("checked"));

        cut.Find("input[type=checkbox]").Change(true);
        cut.Find("form").Submit();

        Assert.True(Operations.Answer!.Remember);
    }

    [Fact]
    public void Who_may_not_operate_sees_the_question_and_no_fields()
    {
        var cut = Draw(Auth, mayAnswer: false);

        Assert.Empty(cut.FindAll("input, button"));
        Assert.Contains("Somebody who may operate", cut.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_remote_takes_a_host_and_a_port()
    {
        var cut = Draw(new DaemonQuestion(Guid.NewGuid(), QuestionKind.Remote, "") { Text = "198.51.100.1, port 1194, udp4", Since = Sample.Now });
        Assert.Empty(cut.FindAll("[role=spinbutton]"));

        Choose(cut, Render<Overlays>(), "Answer", "Connect elsewhere");
        cut.Find("input[maxlength='255']").Change("vpn.example.net");
        cut.Find("[role=spinbutton]").Change("443");
        cut.Find("form").Submit();

        Assert.Equal((AnswerChoice.Change, "vpn.example.net", 443), (Operations.Answer!.Choice, Operations.Answer.Host, Operations.Answer.Port));
    }

    [Fact]
    public void An_answer_that_must_not_be_seen_is_typed_unseen() =>
        Assert.Equal(
            ["password", "text"],
            new[] { false, true }.Select(echo => Draw(new DaemonQuestion(Guid.NewGuid(), QuestionKind.PendingText, "") { Text = "Code?", WantsResponse = true, EchoesResponse = echo, Since = Sample.Now }).Find("input").GetAttribute("type")));

    [Theory]
    [MemberData(nameof(Sample.HostileNames), MemberType = typeof(Sample))]
    public void Text_of_a_server_stays_text(string text)
    {
        var cut = Draw(Auth with { Type = text, Text = text, Refusal = text });

        Assert.Empty(cut.FindAll("b, script"));
        Assert.DoesNotContain('\u202e', cut.Markup);
    }

    private IRenderedComponent<QuestionCard> Draw(DaemonQuestion question, bool mayAnswer = true) =>
        Render<QuestionCard>(parameters => parameters.Add(card => card.Server, "lyon").Add(card => card.Question, question).Add(card => card.MayAnswer, mayAnswer));
}
