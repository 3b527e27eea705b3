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
    private int _verb = 3;
    private int _mute;
    private int _releaseMinutes = 10;
    private string _options = "";
    private ClientSnapshot? _target;

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

    protected override async Task OnInitializedAsync() => await ReadLevelsAsync();

    private async Task ReadLevelsAsync()
    {
        _levels = await Operations.ReadLogLevelsAsync((await Authentication).User, Server.Name);
        if (_levels is { } levels)
            (_verb, _mute) = (levels.Verb, levels.Mute);
    }

    private async Task AskAsync(Func<ClaimsPrincipal, ConfirmQuestion> question) =>
        await Confirmation.AskAsync(question((await Authentication).User));

    private async Task AskAboutLogAsync(Func<ClaimsPrincipal, ConfirmQuestion> question)
    {
        await AskAsync(question);
        await ReadLevelsAsync();
    }

    private Task<IEnumerable<ClientSnapshot>> FindTargetsAsync(string? text, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<ClientSnapshot>>(
        [.. (Server.Clients ?? []).Where(client => string.IsNullOrEmpty(text) || TargetText(client).Contains(text, StringComparison.OrdinalIgnoreCase))
            .OrderBy(client => client.CommonName, StringComparer.Ordinal).Take(MaxTargets)]);

    private static string TargetText(ClientSnapshot? client) => client is null ? "" : $"{HostileText.Visible(client.CommonName)} ({HostileText.Visible(client.RealAddress)})";

    private Task PushAsync()
    {
        ClientSnapshot? client = Server.Clients?.FirstOrDefault(client => client.Session == _target?.Session);
        if (client is null && _target is not null)
            _target = null; // it has left meanwhile: nobody is to be taken for it
        else if (!string.IsNullOrWhiteSpace(_options))
            return AskAsync(user => OperatorQuestions.PushUpdate(Operations, user, Server, _options.Trim(), client));
        return Task.CompletedTask;
    }
}
