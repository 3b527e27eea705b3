using System.Security.Claims;

using Dashboard.Approvals;
using Dashboard.Fleet.Operations;
using Dashboard.Fleet.Questions;
using Dashboard.Live;

namespace Dashboard.Tests.Components;

/// <summary>Notes what it is asked to do, and answers when the test says so.</summary>
internal sealed class FakeOperations : IServerOperations
{
    private readonly TaskCompletionSource<OperationResult> _answer = new();

    public QuestionAnswer? Answer { get; private set; }

    public List<string> Asked { get; } = [];

    public void Answers(OperationOutcome outcome, string reply) => _answer.SetResult(new OperationResult(outcome, reply));

    public Task<OperationResult> DisconnectAsync(ClaimsPrincipal caller, SessionIdentity session, DisconnectMode mode, string? reason, KeepOut? keepOut = null, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: disconnect {session.CommonName} CID {session.Cid.Value} {mode} {reason ?? "-"}{(keepOut is null ? "" : $" block {keepOut.Name} {keepOut.Term.For?.ToString() ?? "until lifted"}")}");

    public Task<OperationResult> HoldAsync(ClaimsPrincipal caller, string server, HoldAction action, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: hold {action} {server}");

    public Task<OperationResult> SignalAsync(ClaimsPrincipal caller, string server, ServerSignal signal, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: signal {signal} {server}");

    public Task<OperationResult> VerbAsync(ClaimsPrincipal caller, string server, int level, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: verb {level} {server}");

    public Task<OperationResult> MuteAsync(ClaimsPrincipal caller, string server, int lines, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: mute {lines} {server}");

    public Task<OperationResult> ForgetPasswordsAsync(ClaimsPrincipal caller, string server, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: forget-passwords {server}");

    public Task<OperationResult> PushUpdateAsync(ClaimsPrincipal caller, string server, string options, SessionIdentity? session, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: push-update {server} {session?.CommonName ?? "all"} '{options}'");

    public Task<OperationResult> RawAsync(ClaimsPrincipal caller, string server, string line, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: raw {server} '{line}'");

    public Task<OperationResult> ReleaseSlotAsync(ClaimsPrincipal caller, string server, TimeSpan length, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: release slot {server} {length}");

    public Task<OperationResult> TakeSlotBackAsync(ClaimsPrincipal caller, string server, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: take slot back {server}");

    public Task<OperationResult> AnswerAsync(ClaimsPrincipal caller, string server, Guid question, QuestionAnswer answer, CancellationToken cancellationToken = default)
    {
        Answer = answer;
        return Note($"{caller.Identity?.Name}: answer {server}");
    }

    public Task<LogLevels?> ReadLogLevelsAsync(ClaimsPrincipal caller, string server, CancellationToken cancellationToken = default) =>
        Task.FromResult<LogLevels?>(new LogLevels(3, 0));

    private Task<OperationResult> Note(string what)
    {
        Asked.Add(what);
        return _answer.Task;
    }
}
