using System.Globalization;

namespace E2E.Lab;

/// <summary>What the lab's tests look at in a CLIENT_LIST row of <c>status 3</c>.</summary>
internal sealed record StatusRow(string CommonName, string RealAddress, long BytesReceived, long BytesSent, uint ClientId)
{
    // CLIENT_LIST Common-Name Real-Address Virtual-Address Virtual-IPv6-Address Bytes-Received Bytes-Sent
    // Connected-Since Connected-Since-time_t Username Client-ID Peer-ID Data-Channel-Cipher, between TABs
    public static StatusRow Parse(string line)
    {
        string[] fields = line.Split('\t');
        return new StatusRow(
            fields[1],
            fields[2],
            long.Parse(fields[5], CultureInfo.InvariantCulture),
            long.Parse(fields[6], CultureInfo.InvariantCulture),
            uint.Parse(fields[10], CultureInfo.InvariantCulture));
    }
}
