using Bunit;

using Dashboard.Components.Controls;
using Dashboard.Live;

using Microsoft.JSInterop;

namespace Dashboard.Tests.Components.Controls;

public sealed class TailTests : ComponentTestContext
{
    [Theory]
    [InlineData(LogSeverity.Debug, "DEBUG")]
    [InlineData(LogSeverity.Info, "INFO")]
    [InlineData(LogSeverity.Warning, "WARN")]
    [InlineData(LogSeverity.Error, "ERROR")]
    [InlineData(LogSeverity.Fatal, "FATAL")]
    public void A_log_line_says_in_a_word_how_much_it_matters(LogSeverity severity, string word) =>
        Assert.Equal(word, Log(new LogEntry(0, Sample.Now, severity, "x")).Find(".severity").TextContent);

    [Fact]
    public void The_page_before_the_circuit_holds_only_the_last_lines_of_the_log()
    {
        IsInteractive = false;

        string[] lines = [.. Log([.. Enumerable.Range(0, 250).Select(i => Line(i, $"line {i}"))]).FindAll(".text").Select(text => text.TextContent)];

        Assert.Equal((14, "line 249"), (lines.Length, lines[^1]));
    }

    [Fact]
    public void A_hostile_log_line_is_isolated_text()
    {
        var cut = Log(new LogEntry(0, Sample.Now, LogSeverity.Info, "<img src=x onerror=alert(1)> \u202Eabc\u001b[31m"));

        Assert.Empty(cut.FindAll("img"));
        Assert.Equal("<img src=x onerror=alert(1)> ‹202E›abc‹001B›[31m", cut.Find(".text bdi").TextContent);
    }

    [Fact]
    public void The_log_is_in_the_order_of_time() =>
        Assert.Equal(["first", "second"], Log(Line(0, "first"), Line(1, "second")).FindAll(".text").Select(text => text.TextContent));

    [Fact]
    public void A_log_without_lines_says_so() => Assert.Contains("No log lines yet", Log().Markup, StringComparison.Ordinal);

    [Fact]
    public void The_browser_is_asked_once_to_follow_the_end()
    {
        BunitJSModuleInterop module = JSInterop.SetupModule("./Components/Controls/LogTail.razor.js");
        module.SetupModule("follow", _ => true).Mode = JSRuntimeMode.Loose;
        var cut = Log(Line(0, "first"));

        cut.Render(p => p.Add(l => l.Lines, [Line(0, "first"), Line(1, "second")]));

        Assert.Single(module.Invocations["follow"]);
    }

    [Fact]
    public async Task Who_scrolls_up_is_told_that_the_end_is_not_followed()
    {
        bool? following = null;
        var cut = Render<LogTail>(p => p.Add(l => l.Lines, [Line(0, "x")]).Add(l => l.FollowingChanged, value => following = value));

        await cut.InvokeAsync(() => cut.Instance.SetFollowingAsync(false));

        Assert.False(following);
    }

    [Fact]
    public async Task A_tab_that_is_gone_is_no_error()
    {
        BunitJSModuleInterop module = JSInterop.SetupModule("./Components/Controls/LogTail.razor.js");
        module.SetupModule("follow", _ => true).SetupVoid("dispose").SetException(new JSDisconnectedException("gone"));
        Log(Line(0, "x"));

        Assert.Null(await Record.ExceptionAsync(DisposeComponentsAsync));
    }

    [Fact]
    public void The_newest_echo_comes_first()
    {
        var cut = Render<EchoTail>(p => p.Add(e => e.Entries, [new(0, Sample.Now, "old"), new(1, Sample.Now, "<b>new</b>")]));

        Assert.Equal(["<b>new</b>", "old"], cut.FindAll("li .text").Select(text => text.TextContent));
    }

    [Fact]
    public void No_echo_says_where_it_comes_from() =>
        Assert.Contains("echo", Render<EchoTail>(p => p.Add(e => e.Entries, [])).Find(".empty").TextContent, StringComparison.Ordinal);

    private static LogEntry Line(long number, string text) => new(number, Sample.Now, LogSeverity.Info, text);

    private IRenderedComponent<LogTail> Log(params LogEntry[] lines) => Render<LogTail>(p => p.Add(l => l.Lines, [.. lines]));
}
