using System.Globalization;

namespace Mgmt.Core.Commands;

/// <summary>One configured remote of a client.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Host">Host name or address.</param>
/// <param name="Port">Port number or service name.</param>
/// <param name="Protocol">Such as <c>udp</c>.</param>
/// <param name="IsEnabled">Whether the client uses it.</param>
public sealed record RemoteEntry(int Index, string Host, string Port, string Protocol, bool IsEnabled)
{
    // {INDEX},{HOST},{PORT},{PROTO},{enabled|disabled}
    internal static RemoteEntry? Parse(string line)
    {
        string[] parts = line.Split(',');
        return parts.Length >= 5 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? new RemoteEntry(index, parts[1], parts[2], parts[3], parts[4] == "enabled")
            : null;
    }
}
