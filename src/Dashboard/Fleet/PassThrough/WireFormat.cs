using System.Globalization;

using Mgmt.Core.Events;

namespace Dashboard.Fleet.PassThrough;

/// <summary>Writes notifications again as OpenVPN wrote them, without their line ends and without secrets: a program is told no more than the screen shows.</summary>
internal static class WireFormat
{
    // >STATE:TIME,STATE,DETAIL,TUN4,REMOTE,RPORT,LOCAL,LPORT[,TUN6]
    public static string Of(ManagementEvent.State state) => string.Create(
        CultureInfo.InvariantCulture,
        $">STATE:{state.Time.ToUnixTimeSeconds()},{state.Name},{Secrets.Mask(state.Detail)},{state.TunnelAddress},{state.RemoteAddress},{state.RemotePort},{state.LocalAddress},{state.LocalPort}{(state.TunnelAddress6.Length > 0 ? "," + state.TunnelAddress6 : "")}");

    // >LOG:TIME,FLAGS,TEXT
    public static string Of(ManagementEvent.Log line) => string.Create(CultureInfo.InvariantCulture, $">LOG:{line.Time.ToUnixTimeSeconds()},{Letters(line.Flags)},{Secrets.Mask(line.Text)}");

    // >ECHO:TIME,TEXT
    public static string Of(ManagementEvent.Echo line) => string.Create(CultureInfo.InvariantCulture, $">ECHO:{line.Time.ToUnixTimeSeconds()},{Secrets.Mask(line.Text)}");

    // >HOLD:Waiting for hold release:N
    public static string Of(ManagementEvent.Hold hold) => hold.Wait is { } wait && !hold.Text.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{wait.TotalSeconds:0}"), StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $">HOLD:{hold.Text}:{wait.TotalSeconds:0}")
        : $">HOLD:{hold.Text}";

    // >BYTECOUNT_CLI:CID,IN,OUT
    public static string Of(ByteCount count) => string.Create(CultureInfo.InvariantCulture, $">BYTECOUNT_CLI:{count.Client.Value},{count.Received},{count.Sent}");

    // >BYTECOUNT:IN,OUT
    public static string Of(ManagementEvent.ProcessByteCount count) => string.Create(CultureInfo.InvariantCulture, $">BYTECOUNT:{count.Received},{count.Sent}");

    private static string Letters(LogFlags flags) => string.Concat(
        flags.HasFlag(LogFlags.Info) ? "I" : "",
        flags.HasFlag(LogFlags.Fatal) ? "F" : "",
        flags.HasFlag(LogFlags.Error) ? "N" : "",
        flags.HasFlag(LogFlags.Warning) ? "W" : "",
        flags.HasFlag(LogFlags.Debug) ? "D" : "");
}
