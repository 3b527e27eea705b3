using System.Collections.Immutable;

using Dashboard.Live;

using Mgmt.Core.Commands;
using Mgmt.Core.Events;

namespace Dashboard.Fleet.Questions;

/// <summary>
/// What a daemon waits to be told, on one management connection. The daemon repeats what is open on each new connection, so
/// nothing is carried over. Used on the server's loop only.
/// </summary>
internal sealed class QuestionDesk(RememberedCredentials remembered, TimeProvider time)
{
    private readonly Dictionary<string, ManagementEvent.PasswordRefused> _refusals = new(StringComparer.Ordinal);
    private ImmutableArray<OpenQuestion> _open = [];
    private bool _mayNotSave;

    /// <summary>The oldest first.</summary>
    public ImmutableArray<DaemonQuestion> Shown { get; private set; } = [];

    public OpenQuestion? Find(Guid question) => _open.FirstOrDefault(open => open.Shown.Id == question);

    /// <summary>What a person has given before and wanted to be given again.</summary>
    public IEnumerable<(OpenQuestion Question, Credentials Credentials)> Known() =>
        from open in _open
        where open.Shown.CanBeRemembered && open.Shown.Refusal is null
        let known = remembered.Find(open.Shown.Type)
        where known is not null
        select (open, known);

    /// <summary>It was answered, and the daemon took it.</summary>
    /// <param name="keep">Credentials to give again; null for none.</param>
    public void Answered(OpenQuestion question, Credentials? keep)
    {
        if (keep is not null && question.Shown.CanBeRemembered)
            remembered.Keep(question.Shown.Type, keep);
        Close(open => open == question);
    }

    /// <summary>The daemon did not take what was remembered.</summary>
    public void Forget(string type) => remembered.Forget(type);

    public void ForgetAll() => remembered.ForgetAll();

    public void Take(ManagementEvent happened)
    {
        switch (happened)
        {
            case ManagementEvent.PasswordNeeded need:
                Open(Ask(need));
                break;
            case ManagementEvent.PasswordRefused refused:
                _refusals[refused.Type] = refused;
                remembered.Forget(refused.Type);
                break;
            case ManagementEvent.NeedOk ok:
                Open(ok, QuestionKind.Confirmation, ok.Type, ok.Message);
                break;
            case ManagementEvent.NeedString text:
                Open(text, QuestionKind.Text, text.Type, text.Message);
                break;
            case ManagementEvent.RemoteQuery remote:
                Open(remote, QuestionKind.Remote, "", $"{remote.Host}, port {remote.Port}, {remote.Protocol}");
                break;
            case ManagementEvent.ProxyQuery proxy:
                Open(proxy, QuestionKind.Proxy, "", $"{proxy.Host} over {proxy.Protocol}");
                break;
            case ManagementEvent.NeedCertificate certificate:
                Open(certificate, QuestionKind.Key, "certificate", certificate.Hint);
                break;
            case ManagementEvent.SignRequest sign:
                Open(sign, QuestionKind.Key, "signature", sign.Algorithm);
                break;
            case ManagementEvent.InfoMessage message:
                Take(message);
                break;
            case ManagementEvent.Hold:
                Close(static _ => true);
                break;
            case ManagementEvent.State state:
                Take(state);
                break;
            case ManagementEvent.Echo echo:
                TakeEcho(echo.Text);
                break;
        }
    }

    /// <summary>Servers push by echo what may be done with passwords.</summary>
    public void TakeEcho(string text)
    {
        switch (text)
        {
            case "forget-passwords":
                remembered.ForgetAll();
                break;
            case "disable-save-passwords":
                _mayNotSave = true;
                remembered.ForgetAll();
                break;
            case "save-passwords":
                _mayNotSave = false;
                break;
        }
    }

    // While OpenVPN waits for an answer it goes nowhere: when its state moves on, nothing is open. Only a server's question
    // during a pending authentication outlives AUTH_PENDING, which comes again and again.
    private void Take(ManagementEvent.State state)
    {
        bool isDecided = state.Kind is DaemonState.Connected or DaemonState.Reconnecting or DaemonState.Exiting;
        Close(open => isDecided || open.Shown.Kind is not (QuestionKind.PendingText or QuestionKind.PendingLink));
        if (state.Kind is DaemonState.Connected)
            _refusals.Clear();
    }

    private void Take(ManagementEvent.InfoMessage message)
    {
        Close(static open => open.Shown.Kind is QuestionKind.PendingText or QuestionKind.PendingLink);
        switch (message.GetRequest())
        {
            case PendingAuthRequest.CrText { NeedsResponse: true } question:
                Open(new OpenQuestion(New(QuestionKind.PendingText, "") with { Text = question.Text, WantsResponse = true, EchoesResponse = question.Echo }, message));
                break;
            case PendingAuthRequest.CrText statement:
                Open(message, QuestionKind.PendingLink, "", statement.Text);
                break;
            case PendingAuthRequest.WebAuth page:
                Open(message, QuestionKind.PendingLink, "", page.Url);
                break;
            case PendingAuthRequest.OpenUrl page:
                Open(message, QuestionKind.PendingLink, "", page.Url);
                break;
        }
    }

    private OpenQuestion Ask(ManagementEvent.PasswordNeeded need)
    {
        _refusals.TryGetValue(need.Type, out ManagementEvent.PasswordRefused? refusal);
        DaemonQuestion question = New(QuestionKind.Credentials, need.Type);
        if (refusal?.GetChallenge() is { } challenge)
        {
            return new OpenQuestion(question with { Text = challenge.Text, WantsResponse = challenge.NeedsResponse, EchoesResponse = challenge.Echo }, need, challenge);
        }
        return new OpenQuestion(question with
        {
            Text = need.Challenge?.Text ?? "",
            WantsUsername = need.NeedsUsername,
            WantsPassword = need.NeedsPassword,
            WantsResponse = need.Challenge is not null,
            EchoesResponse = need.Challenge?.Echo is true,
            Refusal = refusal is null ? null : refusal.Reason is { Length: > 0 } reason ? Secrets.Mask(reason) : "The last answer was refused.",
            CanBeRemembered = need.Challenge is null && !_mayNotSave,
        }, need);
    }

    private void Open(ManagementEvent asked, QuestionKind kind, string type, string text) =>
        Open(new OpenQuestion(New(kind, type) with { Text = text }, asked));

    private DaemonQuestion New(QuestionKind kind, string type) => new(Guid.NewGuid(), kind, type) { Since = time.GetUtcNow() };

    // The same question again, after an answer that was not taken: the old one can no longer be answered.
    private void Open(OpenQuestion question)
    {
        _open = [.. _open.Where(open => (open.Shown.Kind, open.Shown.Type) != (question.Shown.Kind, question.Shown.Type)), question];
        Show();
    }

    private void Close(Predicate<OpenQuestion> which)
    {
        if (_open.IsEmpty)
            return;
        _open = _open.RemoveAll(which);
        Show();
    }

    private void Show() => Shown = [.. _open.Select(static open => open.Shown)];
}
