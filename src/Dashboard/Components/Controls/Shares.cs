using System.Collections.Immutable;

namespace Dashboard.Components.Controls;

/// <summary>What a <see cref="ShareChart"/> draws: the parts of a whole, the largest first. Compared by reference: a new answer is a new drawing.</summary>
public sealed class Shares(ImmutableArray<Share> items, double rest)
{
    public ImmutableArray<Share> Items { get; } = items;

    /// <summary>What is left of the whole for all others.</summary>
    public double Rest { get; } = rest;
}

/// <param name="Name">Hostile text, made visible.</param>
/// <param name="Words">The value in words.</param>
public readonly record struct Share(string Name, double Value, string Words);
