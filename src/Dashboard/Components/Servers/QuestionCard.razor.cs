using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;
using Dashboard.Fleet.Operations;
using Dashboard.Fleet.Questions;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Servers;

/// <summary>One question of a daemon. Draw another question with another instance: what was typed belongs to this one.</summary>
public sealed partial class QuestionCard
{
    private string _username = "";
    private string _password = "";
    private string _response = "";
    private string _host = "";
    private int? _port = 1194;
    private bool _remember;
    private bool _busy;
    private AnswerChoice _choice;

    [Parameter, EditorRequired] public required string Server { get; set; }

    [Parameter, EditorRequired] public required DaemonQuestion Question { get; set; }

    [Parameter] public bool MayAnswer { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] public required IServerOperations Operations { get; init; }

    [Inject] public required Toasts Toasts { get; init; }

    private string Title => Question.Kind switch
    {
        QuestionKind.Credentials => $"OpenVPN asks for credentials: {HostileText.Visible(Question.Type)}",
        QuestionKind.Confirmation => "OpenVPN asks for a confirmation",
        QuestionKind.Text => "OpenVPN asks for a text",
        QuestionKind.Remote => "OpenVPN asks whether to connect",
        QuestionKind.Proxy => "OpenVPN asks for a proxy",
        QuestionKind.PendingText => "The VPN server asks a question",
        QuestionKind.PendingLink => "The VPN server wants something done in a browser",
        _ => $"OpenVPN asks for a {HostileText.Visible(Question.Type)}",
    };

    private string Lead => Question.Kind switch
    {
        QuestionKind.Remote => "To:",
        QuestionKind.Proxy => "On the way to:",
        QuestionKind.PendingLink => "It says:",
        _ => "Asked:",
    };

    private (AnswerChoice Choice, string Words)[] Choices => Question.Kind switch
    {
        QuestionKind.Confirmation => [(AnswerChoice.Accept, "OK"), (AnswerChoice.Refuse, "Cancel: OpenVPN may end")],
        QuestionKind.Remote => [(AnswerChoice.Accept, "Connect"), (AnswerChoice.Refuse, "Skip: try the next one"), (AnswerChoice.Change, "Connect elsewhere")],
        QuestionKind.Proxy => [(AnswerChoice.NoProxy, "No proxy"), (AnswerChoice.HttpProxy, "HTTP proxy"), (AnswerChoice.SocksProxy, "SOCKS proxy")],
        _ => [],
    };

    private bool WantsHost => _choice is AnswerChoice.Change or AnswerChoice.HttpProxy or AnswerChoice.SocksProxy;

    protected override void OnInitialized()
    {
        if (Choices is [var (first, _), ..])
            _choice = first;
    }

    private async Task SendAsync(AnswerChoice choice)
    {
        if (_busy || !MayAnswer)
            return;
        _busy = true;
        QuestionAnswer answer = new()
        {
            Username = Question.WantsUsername ? _username : null,
            Password = Question.WantsPassword ? _password : null,
            Response = Question.WantsResponse || Question.Kind is QuestionKind.Text ? _response : null,
            Choice = Choices.Length > 0 ? choice : null,
            Host = WantsHost ? _host : null,
            Port = WantsHost ? _port : null,
            Remember = _remember,
        };
        (_password, _response) = ("", "");
        try
        {
            OperationResult result = await Operations.AnswerAsync((await Authentication).User, Server, Question.Id, answer);
            Toasts.Show(result.Succeeded ? Tone.Good : Tone.Bad, $"Answer: {Confirm.Words(result.Outcome).ToLowerInvariant()}", result.Reply);
        }
        finally
        {
            _busy = false;
        }
    }
}
