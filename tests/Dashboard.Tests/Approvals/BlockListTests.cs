using Dashboard.Approvals;
using Dashboard.History;
using Dashboard.Live;
using Dashboard.Storage;
using Dashboard.Tests.Storage;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Tests.Shared;

namespace Dashboard.Tests.Approvals;

public sealed class BlockListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_block_is_in_force_at_once_on_its_server_only()
    {
        BlockList blocks = Open();

        blocks.Add(Block("alice", "paris"));

        Assert.NotNull(Find(blocks, "paris", "alice"));
        Assert.Null(Find(blocks, "lyon", "alice"));
    }

    [Theory]
    [InlineData(true, "alice", null, null)]
    [InlineData(false, "Alice", null, null)] // another certificate
    [InlineData(true, "office", "alice", null)]
    [InlineData(true, "UNDEF", "Alice", null)] // the directory lets her in by any case
    [InlineData(true, "a17", null, "alice")]
    [InlineData(false, "UNDEF", null, null)]
    public void A_block_holds_by_each_name_of_a_client(bool holds, string commonName, string? username, string? certificateName)
    {
        BlockList blocks = Open();
        blocks.Add(Block("alice"));

        Assert.Equal(holds, blocks.Find("paris", new ClientNames(commonName, username, certificateName)) is not null);
    }

    [Fact]
    public void A_start_without_a_database_still_knows_who_is_kept_out()
    {
        Open().Add(Block("alice"));

        Assert.NotNull(Find(Open(), "paris", "alice"));
    }

    [Fact]
    public void A_start_without_a_database_knows_that_a_block_was_lifted()
    {
        BlockList blocks = Open();
        Block block = Block("alice");
        blocks.Add(block);
        blocks.Lift(block.Id, "ana");

        Assert.Null(Find(Open(), "paris", "alice"));
        Assert.Equal("ana", Assert.Single(Open().ToSave()).LiftedBy); // the database is still to hear of it
    }

    [Fact]
    public void A_file_that_cannot_be_read_blocks_nobody_and_stops_nothing()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "blocks.json"), "[{\"Block\":");

        Assert.Empty(Open().Active);
    }

    [Fact]
    public void The_file_is_for_the_dashboards_own_user_alone()
    {
        Open().Add(Block("alice"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.Path, "blocks.json")));
    }

    [Fact]
    public void A_block_ends_by_itself()
    {
        BlockList blocks = Open();
        blocks.Add(Block("alice", length: TimeSpan.FromMinutes(15)));

        _time.Advance(TimeSpan.FromMinutes(15));

        Assert.Null(Find(blocks, "paris", "alice"));
        Assert.Empty(blocks.Active);
    }

    [Fact]
    public void A_short_block_takes_nothing_from_a_long_one()
    {
        BlockList blocks = Open();
        blocks.Add(Block("alice", "paris"));
        blocks.Add(Block("alice", "paris", TimeSpan.FromSeconds(3)));

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.NotNull(Find(blocks, "paris", "alice"));
    }

    [Fact]
    public void Of_several_blocks_the_longest_is_told_and_each_is_lifted_by_itself()
    {
        BlockList blocks = Open();
        Block longest = Block("alice", length: TimeSpan.FromHours(2));
        blocks.Add(Block("alice", "paris", TimeSpan.FromHours(1)));
        blocks.Add(longest);
        blocks.Add(Block("alice", "paris", TimeSpan.FromMinutes(15)));

        Assert.Equal(longest, Find(blocks, "paris", "alice"));
        blocks.Lift(longest.Id, "ana");
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromHours(1), Find(blocks, "paris", "alice")!.Until);
    }

    [Theory]
    [InlineData(NameKind.Certificate, true, "alice", "user-0", null)]
    [InlineData(NameKind.Certificate, false, "alice", "alice", "office")] // username-as-common-name
    [InlineData(NameKind.Certificate, false, "alice", "alice", "")]
    [InlineData(NameKind.Certificate, true, "alice", "alice", "alice")]
    [InlineData(NameKind.Certificate, true, "alice", "alice", null)] // not told: the daemon's name for it counts
    [InlineData(NameKind.Certificate, false, "office", "alice", null)]
    [InlineData(NameKind.Certificate, false, "Alice", null, null)]
    [InlineData(NameKind.User, true, "office", "Alice", null)]
    [InlineData(NameKind.User, true, "office", " alice ", null)]
    [InlineData(NameKind.User, false, "alice", null, null)]
    [InlineData(NameKind.User, false, "alice", "user-0", "alice")]
    public void A_block_on_a_certificate_means_no_user_of_that_name_and_the_reverse(NameKind kind, bool holds, string commonName, string? username, string? certificateName)
    {
        BlockList blocks = Open();
        blocks.Add(Block("alice") with { Kind = kind });

        Assert.Equal(holds, blocks.Find("paris", new ClientNames(commonName, username, certificateName)) is not null);
    }

    [Fact]
    public void Whose_name_it_is_is_known_after_a_start_without_a_database()
    {
        Open().Add(Block("alice") with { Kind = NameKind.User });

        Assert.Equal(NameKind.User, Assert.Single(Open().Active).Kind);
    }

    [Fact]
    public void The_number_of_blocks_on_one_name_is_limited()
    {
        BlockList blocks = Open();

        int added = Enumerable.Range(0, 2 * BlockList.MaxOnName).Count(_ => blocks.Add(Block("alice")));

        Assert.Equal((BlockList.MaxOnName, BlockList.MaxOnName, true), (added, blocks.Active.Count, blocks.Add(Block("bob"))));
    }

    [Fact]
    public void A_block_on_one_server_is_none_on_every_server()
    {
        BlockList blocks = Open();
        BlockedName alice = new(NameKind.Either, "alice");
        blocks.Add(Block("alice", "paris"));
        Assert.Null(blocks.Find((string?)null, alice));

        blocks.Add(Block("alice"));
        Assert.NotNull(blocks.Find((string?)null, alice));
    }

    [Fact]
    public void A_block_is_lifted_once()
    {
        BlockList blocks = Open();
        Block block = Block("alice");
        blocks.Add(block);

        Assert.Equal((block.Id, null), (blocks.Lift(block.Id, "ana")!.Id, blocks.Lift(block.Id, "ben")));
    }

    [Fact]
    public void What_the_database_was_not_told_yet_survives_what_it_says()
    {
        BlockList blocks = Open();
        Block lifted = Block("alice");
        Block fromOthers = Block("bob");
        blocks.Settle([], [lifted]);
        IReadOnlyList<Block> told = blocks.ToSave();
        blocks.Lift(lifted.Id, "ana"); // while the database is asked

        blocks.Settle(told, [lifted, fromOthers]);

        Assert.Null(Find(blocks, "paris", "alice"));
        Assert.NotNull(Find(blocks, "paris", "bob"));
        Assert.Equal(1, blocks.Unsaved);
    }

    [Fact]
    public void Who_looks_is_told_of_changes_until_he_leaves()
    {
        BlockList blocks = Open();
        int told = 0;
        using (blocks.Subscribe(() => told++))
            blocks.Add(Block("alice"));

        blocks.Add(Block("bob"));

        Assert.Equal(1, told);
    }

    private static Block? Find(BlockList blocks, string server, string name) => blocks.Find(server, new ClientNames(name, null));

    private BlockList Open() => new(new BlockFile(Options.Create(new HistoryOptions { DataDirectory = _folder.Path }), new InstallationRoot(_folder.Path), NullLogger<BlockFile>.Instance), _time);

    private Block Block(string name, string? server = null, TimeSpan? length = null) =>
        new(Guid.CreateVersion7(), server, name, "left", _time.GetUtcNow(), "ana", _time.GetUtcNow() + length);
}
