using Ui.Benchmarks.Builds;

namespace Ui.Benchmarks.Results;

/// <summary>All readings, in the order in which each thing was first measured.</summary>
internal sealed class Figures
{
    private readonly OrderedDictionary<string, (Unit Unit, Dictionary<Build, List<double>> Values)> _rows = [];

    public IEnumerable<string> Names => _rows.Keys;

    public void Add(Build build, string name, Unit unit, double value)
    {
        if (!_rows.TryGetValue(name, out (Unit Unit, Dictionary<Build, List<double>> Values) row))
            _rows.Add(name, row = (unit, []));
        if (!row.Values.TryGetValue(build, out List<double>? values))
            row.Values.Add(build, values = []);
        values.Add(value);
    }

    public Unit UnitOf(string name) => _rows[name].Unit;

    /// <summary>Null where that build was not measured.</summary>
    public Spread? Of(string name, Build build) => _rows[name].Values.TryGetValue(build, out List<double>? values) ? Spread.Of(values) : null;
}
