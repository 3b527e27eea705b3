namespace Dashboard.Approvals;

/// <summary>What is said of blocks in more than one place.</summary>
internal static class BlockWords
{
    /// <summary>For the audit trail: <c>kept out until it is lifted</c>; null where no block stands.</summary>
    public static string? InRecord(this Block? block) => block is null ? null : $"kept out {block.Term}";

    /// <summary>What still keeps the name out after this block; empty where nothing does.</summary>
    /// <param name="onName">The blocks on the name, on whatever server.</param>
    public static string WhatRemains(this Block lifted, IEnumerable<Block> onName)
    {
        Block[] others = [.. onName.Where(other => other.Id != lifted.Id && other.Name.Overlaps(lifted.Name))];
        if (others.Where(other => other.Covers(lifted.Server)).Aggregate((Block?)null, Block.Longer) is { } same)
            return $"Another block still keeps {same.Name} out, {same.Term}.";
        if (lifted.Server is not null || others.Length == 0)
            return "";
        IEnumerable<string> single = others.GroupBy(other => other.Server, StringComparer.Ordinal).Select(blocks => blocks.Aggregate((Block?)null, Block.Longer)!)
            .OrderBy(block => block.Server, StringComparer.Ordinal).Select(block => $"{block.Server} ({block.Term})");
        return $"Other blocks still keep {lifted.Name} out of {string.Join(", ", single)}.";
    }
}
