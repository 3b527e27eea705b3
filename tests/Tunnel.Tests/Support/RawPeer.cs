using Tests.Shared;

using Tunnel.Smux;

namespace Tunnel.Tests.Support;

/// <summary>The other end of a session under test, speaking bytes.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly InMemoryCarrier _carrier;

    public RawPeer(SmuxRole sessionRole = SmuxRole.Server, SmuxOptions? options = null, bool acceptStreams = true, int room = 64 * 1024)
    {
        (InMemoryCarrier ours, _carrier) = InMemoryCarrier.CreatePair(room);
        Session = new SmuxSession(ours, sessionRole, options ?? new SmuxOptions(), acceptStreams, Time);
        SessionCarrier = ours;
    }

    public SmuxSession Session { get; }

    public InMemoryCarrier SessionCarrier { get; }

    public ManualTimeProvider Time { get; } = new();

    /// <summary>Bytes in hexadecimal, blanks free, as they stand in the description of the format.</summary>
    public async Task SayAsync(string hex) => await SayAsync(Hex(hex));

    public async Task SayAsync(byte[] bytes)
    {
        await _carrier.WriteAsync(bytes, Wait.Cancel).Soon();
    }

    public async Task SayAsync(FrameCommand command, uint id, ReadOnlyMemory<byte> payload = default, byte version = 1) =>
        await SayAsync(Frame(command, id, payload, version));

    public static byte[] Frame(FrameCommand command, uint id, ReadOnlyMemory<byte> payload = default, byte version = 1)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(version, command, (ushort)payload.Length, id).Write(frame);
        payload.CopyTo(frame.AsMemory(FrameHeader.Size));
        return frame;
    }

    /// <summary>The next frame the session sent, keep-alives left out.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)> HearAsync()
    {
        while (true)
        {
            byte[] header = new byte[FrameHeader.Size];
            await _carrier.ReadExactlyAsync(header, Wait.Cancel).Soon();
            FrameHeader frame = FrameHeader.Read(header);
            byte[] payload = new byte[frame.Length];
            await _carrier.ReadExactlyAsync(payload, Wait.Cancel).Soon();
            if (frame.Command != FrameCommand.Nop)
                return (frame, payload);
        }
    }

    public async Task<string> HearBytesAsync(int count)
    {
        byte[] bytes = new byte[count];
        await _carrier.ReadExactlyAsync(bytes, Wait.Cancel).Soon();
        return Convert.ToHexStringLower(bytes);
    }

    public void HangUp() => _carrier.Dispose();

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _carrier.Dispose();
        await Session.DisposeAsync();
    }
}
