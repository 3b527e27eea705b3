using System.Globalization;

namespace Mgmt.Core;

/// <summary>A KID: names one TLS key negotiation of a client; an answer to CONNECT or REAUTH must carry the KID that came with it.</summary>
/// <param name="Value">The number on the wire.</param>
public readonly record struct KeyId(uint Value)
{
    /// <summary>The number as it stands on the wire.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
