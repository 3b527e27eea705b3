using Bunit;

using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;
using Dashboard.Fleet.Operations;

using Microsoft.Extensions.DependencyInjection;

using MudBlazor;

namespace Dashboard.Tests.Components.Controls;

public sealed class ConfirmTests : ComponentTestContext
{
    private readonly IRenderedComponent<Overlays> _cut;
    private readonly TaskCompletionSource<OperationResult> _result = new();
    private ConfirmAnswer? _answer;

    public ConfirmTests() => _cut = Render<Overlays>();

    [Fact]
    public void Nothing_is_done_before_yes_is_said()
    {
        Ask();

        Assert.Null(_answer);
    }

    [Fact]
    public void It_says_what_will_happen_to_whom()
    {
        Ask(subject: "<b>x</b>");

        Assert.Equal("Disconnect <b>x</b>?", _cut.Find("form h2").TextContent);
        Assert.Contains("Ends this session.", _cut.Find("form").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_dialog_is_named_for_who_cannot_see_it()
    {
        Ask(subject: "evil\u202Egnp.exe");

        Assert.Equal("Disconnect evil‹202E›gnp.exe", _cut.Find("[role=dialog]").GetAttribute("aria-label"));
    }

    [Fact]
    public void What_takes_something_away_has_a_red_button()
    {
        Ask();

        Assert.Contains("mud-button-filled-error", _cut.Find("button[type=submit]").ClassList);
    }

    [Fact]
    public void The_daemons_answer_does_not_wait_for_what_comes_of_it()
    {
        TaskCompletionSource<string> effect = new();
        Ask();
        _cut.Find("form").Submit();

        _result.SetResult(new OperationResult(OperationOutcome.Done, "client-kill command succeeded") { Coming = effect.Task });
        _cut.WaitForAssertion(() => Assert.Contains("client-kill command succeeded", _cut.Find("form").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("The session is gone.", _cut.Markup, StringComparison.Ordinal);
        effect.SetResult("The session is gone.");

        _cut.WaitForAssertion(() => Assert.Contains("The session is gone.", _cut.Find("form").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Cancel_closes_and_does_nothing()
    {
        Ask();

        Button("Cancel").Click();

        _cut.WaitForAssertion(() => Assert.Empty(_cut.FindAll("form")));
        Assert.Null(_answer);
    }

    [Fact]
    public void Yes_hands_over_the_choice_and_the_reason()
    {
        Ask();

        _cut.FindAll("input[type=radio]")[1].Click();
        _cut.Find("input[type=text]").Input("  moved away  ");
        _cut.Find("form").Submit();

        Assert.Equal(new ConfirmAnswer(1, "moved away"), _answer);
    }

    [Fact]
    public void While_it_is_under_way_it_cannot_be_done_twice()
    {
        Ask();

        _cut.Find("form").Submit();

        Assert.True(_cut.Find("button[type=submit]").HasAttribute("disabled"));
        Assert.Contains("Waiting", _cut.Find(".answer[role=status]").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OperationOutcome.Done, "Done")]
    [InlineData(OperationOutcome.Failed, "The daemon refused")]
    [InlineData(OperationOutcome.Stale, "Not sent")]
    [InlineData(OperationOutcome.Denied, "Not allowed")]
    public void The_answer_is_in_the_daemons_own_words(OperationOutcome outcome, string words)
    {
        Ask();
        _cut.Find("form").Submit();

        _result.SetResult(new OperationResult(outcome, "ERROR: <i>no</i>"));

        _cut.WaitForAssertion(() => Assert.Equal("ERROR: <i>no</i>", _cut.Find(".reply").TextContent));
        Assert.Equal(words, _cut.Find(".answer .chip").TextContent);
    }

    [Fact]
    public void After_the_answer_there_is_only_one_way_on()
    {
        Ask();
        _cut.Find("form").Submit();
        _result.SetResult(new OperationResult(OperationOutcome.Done, "SUCCESS"));

        _cut.WaitForAssertion(() => Assert.Equal("Close", Assert.Single(_cut.FindAll("form button")).TextContent.Trim()));
    }

    [Fact]
    public void An_answer_that_comes_after_the_dialog_was_closed_is_a_toast()
    {
        Ask();
        _cut.Find("form").Submit();
        Button("Cancel").Click();
        _cut.WaitForAssertion(() => Assert.Empty(_cut.FindAll("form")));

        _result.SetResult(new OperationResult(OperationOutcome.Failed, "ERROR: <i>no</i>"));

        _cut.WaitForAssertion(() => Assert.Equal("ERROR: <i>no</i>", _cut.Find("[role=status] .toast .mono").TextContent));
    }

    [Fact]
    public void A_toast_shows_hostile_text_as_text()
    {
        _ = _cut.InvokeAsync(() => Services.GetRequiredService<Toasts>().Show(Tone.Bad, "Disconnect <b>x</b>", "\u202Eno"));

        _cut.WaitForAssertion(() => Assert.Equal("Disconnect <b>x</b>‹202E›no", _cut.Find(".toast").TextContent.ReplaceLineEndings("").Replace("  ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void To_whom_something_is_done_besides_is_asked_when_it_is_to_be_done()
    {
        Ask(option: new("And keep this client out", ["not at all", "1 hour"], "It can connect again.")
        {
            Targets = [new("Certificate office", "Keeps out everybody who uses this certificate."), new("User lena", "Keeps out this user.")],
        });
        Assert.DoesNotContain("Keeps out everybody", _cut.Find("form").TextContent, StringComparison.Ordinal);

        var terms = _cut.FindComponent<MudSelect<int>>();
        _ = terms.InvokeAsync(() => terms.Instance.ValueChanged.InvokeAsync(1));
        _cut.WaitForAssertion(() => Assert.Contains("Keeps out everybody", _cut.Find("form").TextContent, StringComparison.Ordinal));
        var targets = _cut.FindComponents<MudRadioGroup<int>>()[^1];
        _ = targets.InvokeAsync(() => targets.Instance.ValueChanged.InvokeAsync(1));
        _cut.Find("form").Submit();

        _cut.WaitForAssertion(() => Assert.Equal((1, 1), (_answer?.Option, _answer?.Target)));
    }

    private AngleSharp.Dom.IElement Button(string text) => _cut.FindAll("form button").Single(button => button.TextContent.Trim() == text);

    private void Ask(string subject = "alice", ConfirmOption? option = null)
    {
        ConfirmQuestion question = new("Disconnect", subject, answer =>
        {
            _answer = answer;
            return _result.Task;
        })
        {
            Consequence = "Ends this session.",
            Choices = [new("Restart", "Comes back."), new("Halt", "Stays away.")],
            Option = option,
            IsDestructive = true,
            AsksReason = true,
        };
        _ = _cut.InvokeAsync(() => _ = Services.GetRequiredService<Confirmation>().AskAsync(question));
        _cut.WaitForElement("form");
    }
}
