using System.Security.Claims;

using Dashboard.Approvals;
using Dashboard.Fleet.Operations;

namespace Dashboard.Tests.Components;

/// <summary>Notes what is decided; its blocks are what the test puts in.</summary>
internal sealed class FakeApprovals : IApprovals
{
    private readonly List<Action> _subscribers = [];
    private List<Block> _blocks = [];

    public List<string> Asked { get; } = [];

    public OperationResult Answer { get; set; } = new(OperationOutcome.Done, "client-auth command succeeded");

    public IReadOnlyList<Block> BlocksFor(ClaimsPrincipal caller) => _blocks;

    public int UnsavedBlocks { get; set; }

    public int Subscribers => _subscribers.Count;

    public void Has(params Block[] blocks)
    {
        _blocks = [.. blocks];
        foreach (Action changed in _subscribers.ToArray())
            changed();
    }

    public Task<OperationResult> DecideAsync(ClaimsPrincipal caller, Guid request, bool approve, string? reason, CancellationToken cancellationToken = default) =>
        Note($"{caller.Identity?.Name}: {(approve ? "approve" : "deny")} {request} {reason ?? "-"}");

    public Task<OperationResult> BlockAsync(ClaimsPrincipal caller, string? server, BlockedName name, BlockTerm term, string? reason) =>
        Note($"{caller.Identity?.Name}: block {name} on {server ?? "all"} {term.For?.ToString() ?? "until lifted"} {reason ?? "-"}");

    public Task<OperationResult> LiftAsync(ClaimsPrincipal caller, Guid block) => Note($"{caller.Identity?.Name}: lift {block}");

    public IDisposable Subscribe(Action changed)
    {
        _subscribers.Add(changed);
        return new Subscription(() => _subscribers.Remove(changed));
    }

    private Task<OperationResult> Note(string what)
    {
        Asked.Add(what);
        return Task.FromResult(Answer);
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
