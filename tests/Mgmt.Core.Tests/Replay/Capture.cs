using System.Globalization;
using System.Text;

namespace Mgmt.Core.Tests.Replay;

/// <summary>A recorded conversation: see <c>tests/captures/README.md</c> for the format.</summary>
internal sealed class Capture
{
    private Capture(string name, IReadOnlyList<CaptureConnection> connections)
    {
        Name = name;
        Connections = connections;
    }

    public string Name { get; }

    public IReadOnlyList<CaptureConnection> Connections { get; }

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "captures");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static Capture Load(string name)
    {
        var connections = new SortedDictionary<int, CaptureConnection>();
        foreach (string line in File.ReadLines(Path.Combine(Folder, name + ".txt")))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            int number = colon == 1 ? 1 : int.Parse(line.AsSpan(1, colon - 1), CultureInfo.InvariantCulture);
            if (!connections.TryGetValue(number, out CaptureConnection? connection))
                connections.Add(number, connection = new CaptureConnection(number));
            connection.Steps.Add(new CaptureStep(line[0] == 'C', Unescape(line[(colon + 2)..])));
        }

        return new Capture(name, [.. connections.Values]);
    }

    private static byte[] Unescape(string text)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                int length = char.IsHighSurrogate(text[i]) ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
                continue;
            }

            switch (text[++i])
            {
                case 'r': bytes.Add((byte)'\r'); break;
                case 'n': bytes.Add((byte)'\n'); break;
                case 't': bytes.Add((byte)'\t'); break;
                case '\\': bytes.Add((byte)'\\'); break;
                case 'x':
                    bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                    i += 2;
                    break;
                default: throw new FormatException($"Unknown escape in '{text}'.");
            }
        }

        return [.. bytes];
    }
}

/// <summary>One connection of a recording.</summary>
internal sealed class CaptureConnection(int number)
{
    public int Number => number;

    public List<CaptureStep> Steps { get; } = [];

    /// <summary>Everything that the daemon sent.</summary>
    public byte[] FromDaemon() => [.. Steps.Where(step => !step.IsClient).SelectMany(step => step.Bytes)];
}

/// <param name="IsClient">From the management client rather than from the daemon.</param>
/// <param name="Bytes">What was sent.</param>
internal sealed record CaptureStep(bool IsClient, byte[] Bytes);
