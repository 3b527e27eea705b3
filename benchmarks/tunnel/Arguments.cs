using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Benchmarks;

/// <summary>"-name value" pairs, the same as the Go peer's.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public Arguments(IEnumerable<string> arguments)
    {
        foreach (string[] pair in arguments.Chunk(2))
            _values[pair[0].TrimStart('-')] = pair[1];
    }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    public TimeSpan Duration => TimeSpan.FromSeconds(double.Parse(Text("seconds", "3"), CultureInfo.InvariantCulture));

    public X509Certificate2 Certificate() => X509Certificate2.CreateFromPemFile(Text("cert", ""), Text("key", ""));
}
