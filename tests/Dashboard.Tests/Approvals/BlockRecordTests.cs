using Dashboard.Access.Audit;
using Dashboard.Approvals;
using Dashboard.Fleet.Operations;
using Dashboard.Live;
using Dashboard.Tests.Access;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Approvals;

/// <summary>What is answered and put on record where several blocks stand on one name.</summary>
public sealed class BlockRecordTests(ClockedApp shared) : IClassFixture<ClockedApp>
{
    private readonly IApprovals _approvals = shared.App.Services.GetRequiredService<IApprovals>();

    [Fact]
    public async Task A_short_block_beside_a_long_one_shortens_nothing_and_both_are_on_record()
    {
        var admin = await shared.App.PrincipalAsync(AccessApp.AdminName);
        await _approvals.BlockAsync(admin, "paris", new(NameKind.Either, "bob"), BlockTerm.UntilLifted, null);
        Block first = _approvals.BlocksFor(admin).Single();

        OperationResult second = await _approvals.BlockAsync(admin, "paris", new(NameKind.Either, "bob"), new BlockTerm(TimeSpan.FromMinutes(15)), null);
        OperationResult lifted = await _approvals.LiftAsync(admin, first.Id);

        Assert.Equal("bob is kept out of paris. Another block stands, until it is lifted: the longer one holds.", second.Reply);
        Assert.StartsWith("This block is lifted. Another block still keeps bob out, until ", lifted.Reply, StringComparison.Ordinal);
        AuditRecord[] records = await TestWait.ReadAsync(
            () => shared.App.QueryAsync(static database => database.Set<AuditRecord>().Where(static record => record.CommonName == "bob").OrderBy(static record => record.Number).ToArrayAsync()),
            static records => records.Length == 3);
        string rest = $"kept out until {(shared.Clock.GetUtcNow() + TimeSpan.FromMinutes(15)).UtcDateTime:yyyy-MM-dd HH:mm} UTC";
        Assert.Equal(
            [("block", null, "kept out until it is lifted"), ("block", "kept out until it is lifted", "kept out until it is lifted"), ("lift block", "kept out until it is lifted", rest)],
            records.Select(record => (record.Action, record.Before, record.After)));
    }
}
