using AngleSharp.Dom;

using Bunit;

using Dashboard.Access;
using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;

using ServerPage = Dashboard.Components.Pages.Server;

namespace Dashboard.Tests.Components.Pages;

public sealed class ServerTests : ComponentTestContext
{
    [Fact]
    public void A_server_that_one_may_not_see_looks_like_one_that_does_not_exist()
    {
        User.SetClaims([.. ServerAccess.Claims(["lyon"])]);
        string missing = Draw().Markup;

        Store.Publish(Sample.Server());

        string Plain(string markup) => System.Text.RegularExpressions.Regex.Replace(markup, "card-[0-9a-f]+|blazor:[A-Za-z:]+=\"[^\"]*\"", "");
        Assert.Equal(Plain(missing), Plain(Draw().Markup));
    }

    [Fact]
    public void The_header_says_what_the_server_is()
    {
        Store.Publish(Sample.Server() with { DaemonState = "CONNECTED", DaemonStateSince = Sample.Now.AddDays(-31), RateSource = RateSource.ByteCount });

        var cut = Draw();

        Assert.Equal(
            ["OpenVPN 2.6.14", "unix:/run/openvpn/paris.sock", "connected for 31 d", "rates from byte counts, 0 s ago"],
            cut.FindAll(".meta > span").Select(Text));
    }

    [Fact]
    public void A_server_that_is_not_live_claims_no_duration_and_no_rates()
    {
        Store.Publish(Gone() with { DaemonState = "EXITING", DaemonStateSince = Sample.Now.AddMinutes(-41) });

        Assert.Equal(["OpenVPN 2.6.14", "unix:/run/openvpn/paris.sock", "exiting since 13:49"], Draw().FindAll(".meta > span").Select(Text));
    }

    [Fact]
    public void A_list_that_is_empty_because_the_daemon_ended_is_no_count()
    {
        Store.Publish(Sample.Server(status: ServerStatus.Unreachable));

        Assert.Equal("Clients", Text(Draw().Find(".tabs a.on")));
    }

    [Fact]
    public void A_client_has_a_tunnel_and_no_table_of_clients()
    {
        Store.Publish(Sample.Server() with { Role = DaemonRole.Client, Clients = null, Own = new OwnTunnel { RemoteAddress = "2001:db8::1", RemotePort = 1194, Address = "10.80.0.2", ReceivedBytes = 1500, SentBytes = 2500 } });

        var cut = Draw();

        Assert.Equal("Tunnel", Text(cut.Find(".tabs a.on")));
        Assert.Empty(cut.FindAll("[aria-label=Clients]"));
        Assert.Equal(["[2001:db8::1]:1194", "10.80.0.2"], cut.FindAll("dd.mono").Select(Text));
    }

    [Fact]
    public void A_question_of_the_daemon_stands_above_everything_else()
    {
        Store.Publish(Sample.Server(status: ServerStatus.Starting) with { Questions = [new DaemonQuestion(Guid.NewGuid(), QuestionKind.Credentials, "Private Key") { WantsPassword = true, Since = Sample.Now }] });

        Assert.Equal("OpenVPN asks for credentials: Private Key", Draw().Find("form.question").GetAttribute("aria-label"));
    }

    [Fact]
    public void A_hold_is_told_once_in_the_banner()
    {
        Store.Publish(Sample.Server(status: ServerStatus.Held) with { Detail = "OpenVPN waits for a hold release: no client can connect.", Advice = "Release the hold to let the server start." });

        Assert.Equal(
            "Held at its start OpenVPN waits for a hold release: no client can connect. Release the hold to let the server start. For 41 min.",
            Text(Draw().Find("[role=alert]")));
    }

    [Fact]
    public void A_stale_server_says_how_old_its_clients_are_and_still_takes_commands()
    {
        Store.Publish(Sample.Server(status: ServerStatus.Stale) with { ClientsAsOf = Sample.Now.AddMinutes(-2), Detail = "It answers nothing." });

        Assert.Contains("What is shown is 2 min old", Text(Draw().Find("[role=alert]")), StringComparison.Ordinal);
        Assert.Null(Store.Find("paris")!.WhyNoCommands());
    }

    [Fact]
    public void Kernel_offload_is_named_with_what_it_does_to_the_rates()
    {
        Store.Publish(Sample.Server() with { Dco = true, RateSource = RateSource.Status });

        var cut = Draw();

        Assert.Contains("DCO", cut.FindAll(".meta > span").Select(Text));
        Assert.Contains("no byte counts before 2.7", cut.Find(".meta").InnerHtml, StringComparison.Ordinal);
    }

    [Fact]
    public void The_diagnosis_shows_each_finding_and_the_line_to_paste()
    {
        Store.Publish(Sample.Server(status: ServerStatus.SlotTaken) with
        {
            Connection = new ConnectionFacts(ConnectionStage.Connected),
            Detail = "The only slot is held by <b>x</b> (pid 7).",
            ClientAuth = false,
        });

        var cut = Draw("servers/paris?tab=diagnosis");

        Assert.Contains(cut.FindAll(".checks li"), check => Text(check).StartsWith("Failed Slot The only slot is held by <b>x</b> (pid 7).", StringComparison.Ordinal));
        Assert.Contains("management-client-auth", cut.FindAll(".checks pre").Select(Text));
    }

    [Fact]
    public void Malformed_lines_are_counted_and_the_last_is_shown()
    {
        Store.Publish(Sample.Server() with { MalformedLines = 3, LastMalformedLine = ">BYTECOUNT_CLI:<i>\u0007" });

        var cut = Draw();

        Assert.Contains("3 malformed lines", cut.Find(".meta").TextContent, StringComparison.Ordinal);
        Assert.Contains(">BYTECOUNT_CLI:<i>‹0007›", cut.Find(".malformed").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_live_says_why_how_old_and_what_helps()
    {
        Store.Publish(Gone());

        string banner = Text(Draw().Find("[role=alert]"));

        Assert.Equal("The server cannot be reached Connection refused. Start OpenVPN. What is shown is the last known, 41 min ago. Next try in 14 s.", banner);
    }

    [Fact]
    public void What_is_not_live_is_drawn_as_old()
    {
        Store.Publish(Gone());

        Assert.All(Draw().FindAll(".rate"), rate => Assert.Contains("old", rate.ClassList));
    }

    [Fact]
    public void What_is_not_live_cannot_be_operated_and_says_why()
    {
        Store.Publish(Gone());

        IElement[] buttons = [.. Draw().FindAll(".acts button, td button")];

        Assert.Equal(3, buttons.Length);
        Assert.All(buttons, button => Assert.Equal(
            ("", "No management session: unreachable. Connection refused"),
            (button.GetAttribute("disabled"), button.Closest("[title]")?.GetAttribute("title"))));
    }

    [Fact]
    public void What_is_live_has_no_banner()
    {
        Store.Publish(Sample.Server());

        Assert.Empty(Draw().FindAll("[role=alert]"));
    }

    [Fact]
    public void A_server_that_is_lost_while_it_is_looked_at_turns_old()
    {
        Store.Publish(Sample.Server());
        var cut = Draw();

        Store.Publish(Gone());

        cut.WaitForAssertion(() => Assert.Contains("last known", cut.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ServerStatus.Live, false, "Turn hold on")]
    [InlineData(ServerStatus.Live, null, "Turn hold on")]
    [InlineData(ServerStatus.Live, true, "Turn hold off")]
    [InlineData(ServerStatus.Held, true, "Release hold, Turn hold off")]
    public void The_hold_buttons_fit_the_state(ServerStatus status, bool? flag, string buttons)
    {
        Store.Publish(Sample.Server(status: status) with { HoldFlag = flag });

        Assert.Equal(buttons, string.Join(", ", Draw().FindAll(".acts > button").Select(Text)));
    }

    [Fact]
    public void Every_signal_is_explained_and_the_deadly_one_is_red()
    {
        Store.Publish(Sample.Server());
        var overlays = Render<Overlays>();

        OpenSignals(overlays);

        Assert.Equal(["SIGUSR1", "SIGUSR2", "SIGHUP", "SIGTERM"], overlays.FindAll("[role=menuitem] .mono").Select(Text));
        Assert.All(overlays.FindAll("[role=menuitem] .explanation"), explanation => Assert.NotEmpty(Text(explanation)));
        Assert.Equal("SIGTERM", Text(overlays.Find("[role=menuitem].danger .mono")));
    }

    [Fact]
    public void A_signal_is_sent_after_a_question_and_the_refusal_is_shown()
    {
        Store.Publish(Sample.Server());
        var overlays = Render<Overlays>();

        OpenSignals(overlays);
        overlays.FindAll("[role=menuitem]")[2].Click();
        overlays.WaitForElement("form").Submit();
        Operations.Answers(OperationOutcome.Failed, "ERROR: signal 'SIGHUP' is currently ignored");

        overlays.WaitForAssertion(() => Assert.Equal("ERROR: signal 'SIGHUP' is currently ignored", overlays.Find(".reply").TextContent));
        Assert.Equal(["ana: signal SIGHUP paris"], Operations.Asked);
    }

    private void OpenSignals(IRenderedComponent<Overlays> overlays)
    {
        Draw().FindAll(".acts button").Single(button => Text(button) == "Signal…").Click();
        overlays.WaitForElement("[role=menuitem]");
    }

    [Fact]
    public void A_client_is_disconnected_after_a_question()
    {
        Store.Publish(Sample.Server().With(Sample.Client("<b>x</b>", 3)));
        var overlays = Render<Overlays>();

        Draw().Find("button[aria-label='Disconnect <b>x</b>']").Click();
        overlays.WaitForElement("form").Submit();

        Assert.Equal(["ana: disconnect <b>x</b> CID 3 Restart -"], Operations.Asked);
    }

    [Fact]
    public void A_viewer_sees_everything_and_operates_nothing()
    {
        User.SetPolicies("View");
        Store.Publish(Sample.Server().With(Sample.Client()));

        var cut = Draw();

        Assert.Single(cut.FindAll("td.name"));
        Assert.Empty(cut.FindAll(".acts button, td button"));
    }

    [Fact]
    public void Filter_and_order_are_written_to_the_address()
    {
        Store.Publish(Sample.Server().With(Sample.Client()));
        var cut = Draw();

        cut.Find("input[type=search]").Input("ali");
        cut.FindAll("th button").Single(button => Text(button) == "Client").Click();

        Assert.Equal("servers/paris?q=ali&sort=name", Address);
    }

    [Fact]
    public void Filter_and_order_are_read_from_the_address()
    {
        Store.Publish(Sample.Server().With(Sample.Client("alice", 0), Sample.Client("alina", 1), Sample.Client("bob", 2)));

        Assert.Equal(["alina", "alice"], Draw("servers/paris?q=ALI&sort=-name").FindAll("td.name .first").Select(Text));
    }

    [Fact]
    public void What_is_being_typed_is_not_taken_back_by_an_older_echo_of_the_address()
    {
        Store.Publish(Sample.Server().With(Sample.Client()));
        var cut = Draw();
        cut.Find("input[type=search]").Input("a");
        cut.Find("input[type=search]").Input("al");

        Navigation.NavigateTo("servers/paris?q=a", new NavigationOptions { HistoryEntryState = Navigation.HistoryEntryState });

        Assert.Equal("al", cut.Find("input[type=search]").GetAttribute("value"));
    }

    [Fact]
    public void A_link_to_another_filter_is_followed()
    {
        Store.Publish(Sample.Server().With(Sample.Client()));
        var cut = Draw();
        cut.Find("input[type=search]").Input("al");

        Navigation.NavigateTo("servers/paris?q=bob");

        cut.WaitForAssertion(() => Assert.Equal("bob", cut.Find("input[type=search]").GetAttribute("value")));
    }

    [Fact]
    public void Other_parts_of_the_page_keep_the_filter()
    {
        Store.Publish(Sample.Server());

        Assert.EndsWith("servers/paris?q=ali&tab=log", Draw("servers/paris?q=ali").FindAll(".tabs a")[1].GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_has_a_page_of_its_own()
    {
        Store.Publish(Sample.Server() with { Log = [new LogEntry(0, Sample.Now, LogSeverity.Warning, "TLS Error")] });

        var cut = Draw("servers/paris?tab=log");

        Assert.Equal("TLS Error", Text(cut.Find("[role=log] .text")));
        Assert.Empty(cut.FindAll("table"));
    }

    [Fact]
    public void Clients_that_are_not_known_yet_are_not_none()
    {
        Store.Publish(Sample.Server() with { Clients = null });

        Assert.Contains("not known yet", Draw().Find(".panel").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_nobody_has_says_so() =>
        Assert.Contains("No server is called <b>x</b>", Draw("servers/%3Cb%3Ex%3C%2Fb%3E", "<b>x</b>").Find(".empty").TextContent, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Sample.HostileNames), MemberType = typeof(Sample))]
    public void Hostile_text_is_text_everywhere(string text)
    {
        Store.Publish(Sample.Server(text, ServerStatus.Unreachable).With(Sample.Client(text, server: text)) with
        {
            Detail = text,
            Advice = text,
            DaemonState = text,
            LastMalformedLine = text,
            MalformedLines = 1,
            Log = [new LogEntry(0, Sample.Now, LogSeverity.Info, text)],
            Echo = [new EchoEntry(0, Sample.Now, text)],
        });

        var cut = Draw("servers/x", text);

        Assert.Equal(HostileText.Visible(text), cut.Find("h1").TextContent);
        Assert.Empty(cut.FindAll("b, script, [onmouseover]"));
    }

    [Fact]
    public async Task It_leaves_nothing_running_behind()
    {
        Store.Publish(Sample.Server().With(Sample.Client()));
        Draw("servers/paris?range=1h");
        Assert.Equal(1, Store.Subscribers);

        await DisposeComponentsAsync();

        Assert.Equal((0, 0), (Store.Subscribers, Clock.Listeners));
    }

    private static ServerSnapshot Gone() => Sample.Server("paris", ServerStatus.Unreachable).With(Sample.Client() with { ReceivedRate = 5, SentRate = 5 }) with
    {
        Detail = "Connection refused",
        Advice = "Start OpenVPN.",
        NextAttempt = Sample.Now.AddSeconds(14),
        ReceivedRate = 5,
        SentRate = 5,
    };

    private static string Text(IElement element) =>
        string.Join(' ', element.TextContent.Replace("↓", "", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace(" ,", ",", StringComparison.Ordinal);

    private IRenderedComponent<ServerPage> Draw(string address = "servers/paris", string name = "paris")
    {
        Navigation.NavigateTo(address);
        return Render<ServerPage>(p => p.Add(page => page.Name, name));
    }
}
