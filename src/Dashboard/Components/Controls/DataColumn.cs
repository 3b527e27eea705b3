using Microsoft.AspNetCore.Components;

using MudBlazor;

namespace Dashboard.Components.Controls;

/// <summary>A column of a <see cref="DataTable{T}"/>: its class goes to the heading and to every cell; it can be sorted by where it says how.</summary>
public sealed class DataColumn<T> : TemplateColumn<T>
{
    /// <summary>What stands in the cell of a row.</summary>
    [Parameter, EditorRequired] public required RenderFragment<T> ChildContent { get; set; }

    public override Task SetParametersAsync(ParameterView parameters)
    {
        Sortable = parameters.TryGetValue(nameof(SortBy), out Func<T, object>? _);
        return base.SetParametersAsync(parameters);
    }

    protected override void OnParametersSet()
    {
        HeaderClass = CellClass = Class ?? "";
        CellTemplate = cell => ChildContent(cell.Item);
        base.OnParametersSet();
    }
}
