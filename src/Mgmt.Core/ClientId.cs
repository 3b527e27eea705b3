using System.Globalization;

namespace Mgmt.Core;

/// <summary>A CID: names one client instance of a server. Counts from 0 and starts again at 0 whenever the daemon restarts its sessions.</summary>
/// <param name="Value">The number on the wire.</param>
public readonly record struct ClientId(uint Value)
{
    /// <summary>The number as it stands on the wire.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
