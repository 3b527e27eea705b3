using System.Collections.Immutable;

namespace Dashboard.Components.Controls;

/// <summary>What a <see cref="BarChart"/> draws: one or two numbers for each label. Compared by reference: a new answer is a new drawing.</summary>
public sealed class Bars(BarUnit unit, ImmutableArray<string> names, ImmutableArray<Bar> items)
{
    public BarUnit Unit { get; } = unit;

    /// <summary>What the numbers are: as many as each bar has.</summary>
    public ImmutableArray<string> Names { get; } = names;

    public ImmutableArray<Bar> Items { get; } = items;

    /// <summary>Bars of traffic, in its two colours everywhere.</summary>
    public static ImmutableArray<string> Directions { get; } = ["from clients", "to clients"];
}

/// <param name="Label">Made of numbers and dates by us, never a name: it becomes part of the drawing's markup.</param>
/// <param name="Second">Null where there is one number only.</param>
public readonly record struct Bar(string Label, double First, double? Second = null);

/// <summary>What the numbers of bars count.</summary>
public enum BarUnit
{
    Count,
    Bytes,

    /// <summary>Bytes per second; drawn in bits.</summary>
    Rate,
    Minutes,
    Days,
}
