using System.Security.Claims;

using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

namespace Dashboard.Tests.Components;

/// <summary>Notes what it is asked to do, and answers when the test says so.</summary>
internal sealed class FakeOperations : IServerOperations
{
    private readonly TaskCompletionSource<OperationResult> _answer = new();

    public List<string> Asked { get; } = [];

    public void Answers(OperationOutcome outcome, string reply) => _answer.SetResult(new OperationResult(outcome, reply));

    public Task<OperationResult> DisconnectAsync(ClaimsPrincipal caller, SessionIdentity session, DisconnectMode mode, string? reason, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: disconnect {session.CommonName} CID {session.Cid.Value} {mode} {reason ?? "-"}");

    public Task<OperationResult> HoldAsync(ClaimsPrincipal caller, string server, HoldAction action, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: hold {action} {server}");

    public Task<OperationResult> SignalAsync(ClaimsPrincipal caller, string server, ServerSignal signal, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: signal {signal} {server}");

    private Task<OperationResult> Note(string what)
    {
        Asked.Add(what);
        return _answer.Task;
    }
}
