using Dashboard.Components.Reports;
using Dashboard.History;
using Dashboard.History.Reports;

namespace Dashboard.Tests.Components.Reports;

public sealed class InquiryTests
{
    [Fact]
    public async Task The_same_question_is_not_asked_twice()
    {
        using Inquiry<string> inquiry = new();
        int asked = 0;

        Assert.True(await inquiry.AskAsync("q", _ => Task.FromResult($"{++asked}")));
        Assert.False(await inquiry.AskAsync("q", _ => Task.FromResult($"{++asked}")));

        Assert.Equal("1", inquiry.Answer);
    }

    [Fact]
    public async Task A_question_without_a_name_is_asked_again()
    {
        using Inquiry<string> inquiry = new();
        await inquiry.AskAsync("q", _ => throw new HistoryUnavailableException("away"));

        await inquiry.AskAsync(null, _ => Task.FromResult("back"));

        Assert.Equal((InquiryState.Answered, "back"), (inquiry.State, inquiry.Answer));
        Assert.False(await inquiry.AskAsync("q", _ => Task.FromResult("again")));
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_next_question_is_dropped()
    {
        using Inquiry<string> inquiry = new();
        TaskCompletionSource<string> late = new();
        Task<bool> first = inquiry.AskAsync("first", _ => late.Task);
        await inquiry.AskAsync("second", _ => Task.FromResult("new"));

        late.SetResult("old");

        Assert.False(await first);
        Assert.Equal("new", inquiry.Answer);
    }

    [Fact]
    public async Task Who_asks_anew_or_leaves_ends_the_query_that_runs()
    {
        Inquiry<string> inquiry = new();
        Task<bool> first = inquiry.AskAsync("first", Wait);

        await inquiry.AskAsync("second", _ => Task.FromResult("x"));
        Assert.False(await first);

        Task<bool> third = inquiry.AskAsync("third", Wait);
        inquiry.Dispose();
        Assert.False(await third);

        static async Task<string> Wait(CancellationToken token)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return "";
        }
    }

    [Fact]
    public async Task A_question_that_makes_no_sense_and_a_history_that_is_away_are_told_apart()
    {
        using Inquiry<string> inquiry = new();

        await inquiry.AskAsync("a", _ => throw new HistoryQueryException("too long"));
        Assert.Equal((InquiryState.Refused, "too long"), (inquiry.State, inquiry.Trouble));

        await inquiry.AskAsync("b", _ => throw new HistoryUnavailableException("away"));
        Assert.Equal((InquiryState.Unavailable, "away"), (inquiry.State, inquiry.Trouble));
    }

    [Fact]
    public async Task A_mistake_of_ours_is_not_hidden()
    {
        using Inquiry<string> inquiry = new();

        await Assert.ThrowsAsync<InvalidOperationException>(() => inquiry.AskAsync("a", _ => throw new InvalidOperationException("bug")));
    }
}
