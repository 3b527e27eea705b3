using System.Security.Claims;

using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Servers;

/// <summary>What an operator can do to a daemon as a whole.</summary>
public sealed partial class ControlPanel
{
    /// <summary>More names than anybody picks from a list: the others are found by typing.</summary>
    private const int MaxTargets = 50;

    private LogLevels? _levels;
    private int? _verb = 3; // null: the field is empty, and nothing is sent
    private int? _mute = 0;
    private int? _releaseMinutes = 10;
    private string _options = "";
    private ClientSnapshot? _target;
    private string? _targetText;
    private string? _targetProblem;

    [Parameter, EditorRequired] public required ServerSnapshot Server { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    [Inject] public required IServerOperations Operations { get; init; }

    [Inject] public required Confirmation Confirmation { get; init; }

    private string? WhyNot => Server.WhyNoCommands();

    private bool Cannot => WhyNot is not null;

    // 2.7.6, 2.8_git
    private string? WhyNoPush => Version.TryParse(Server.Version?.Split('_', '-')[0], out Version? version) && version < new Version(2, 7)
        ? $"This is OpenVPN {Server.Version}, which cannot: a client gets changed options when it connects again."
        : null;

    protected override async Task OnInitializedAsync() => await ReadLevelsAsync(levels => (_verb, _mute) = (levels.Verb, levels.Mute));

    private async Task ReadLevelsAsync(Action<LogLevels> show)
    {
        _levels = await Operations.ReadLogLevelsAsync((await Authentication).User, Server.Name);
        if (_levels is { } levels)
            show(levels);
    }

    private async Task AskAsync(Func<ClaimsPrincipal, ConfirmQuestion> question) =>
        await Confirmation.AskAsync(question((await Authentication).User));

    // What is typed into the other field stays.
    private async Task AskAboutLogAsync(Func<ClaimsPrincipal, ConfirmQuestion> question, Action<LogLevels> show)
    {
        await AskAsync(question);
        await ReadLevelsAsync(show);
    }

    private Task SetVerbAsync() =>
        _verb is { } verb ? AskAboutLogAsync(user => OperatorQuestions.Verb(Operations, user, Server, verb), levels => _verb = levels.Verb) : Task.CompletedTask;

    private Task SetMuteAsync() =>
        _mute is { } mute ? AskAboutLogAsync(user => OperatorQuestions.Mute(Operations, user, Server, mute), levels => _mute = levels.Mute) : Task.CompletedTask;

    private Task ReleaseSlotAsync() =>
        _releaseMinutes is { } minutes ? AskAsync(user => OperatorQuestions.ReleaseSlot(Operations, user, Server, TimeSpan.FromMinutes(minutes))) : Task.CompletedTask;

    private Task<IEnumerable<ClientSnapshot>> FindTargetsAsync(string? text, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<ClientSnapshot>>(
        [.. (Server.Clients ?? []).Where(client => string.IsNullOrEmpty(text) || TargetText(client).Contains(text, StringComparison.OrdinalIgnoreCase))
            .OrderBy(client => client.CommonName, StringComparer.Ordinal).Take(MaxTargets)]);

    private static string TargetText(ClientSnapshot? client) => client is null ? "" : $"{HostileText.Visible(client.CommonName)} ({HostileText.Visible(client.RealAddress)})";

    private Task PushAsync()
    {
        ClientSnapshot? client = null;
        _targetProblem = null;
        // Only a field that is empty means everybody: nobody is to be taken for who was half typed, or has left.
        if (!string.IsNullOrWhiteSpace(_targetText))
        {
            client = _target is null || _targetText != TargetText(_target) ? null : Server.Clients?.FirstOrDefault(client => client.Session == _target.Session);
            if (client is null)
                _targetProblem = "No such client is connected. Choose one from the list, or leave this empty for every client.";
        }
        if (_targetProblem is null && !string.IsNullOrWhiteSpace(_options))
            return AskAsync(user => OperatorQuestions.PushUpdate(Operations, user, Server, _options.Trim(), client));
        return Task.CompletedTask;
    }
}
