using Tunnel.Smux;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Smux;

/// <summary>Whatever arrives, a session either goes on or ends with a reason; it never throws elsewhere, hangs or keeps memory.</summary>
public sealed class FuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Random_bytes_end_a_session_with_a_reason(int version)
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            byte[] noise = new byte[random.Next(8, 4096)];
            random.NextBytes(noise);
            await using var peer = new RawPeer(options: new SmuxOptions { Version = version });

            await TrySayAsync(peer, noise);
            peer.HangUp();

            await peer.Session.Completion.Soon();
            Assert.NotNull(peer.Session.CloseReason);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Random_but_well_formed_frames_never_break_the_accounts(int version)
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            await using var peer = new RawPeer(
                options: new SmuxOptions { Version = version, MaxReceiveBuffer = 128 * 1024, MaxStreams = 4 }, room: 1024 * 1024);
            List<SmuxStream> accepted = [];
            for (int i = 0; i < 200; i++)
            {
                uint id = (uint)random.Next(0, 8);
                var command = (FrameCommand)random.Next(0, version == 2 ? 5 : 4);
                byte[] payload = command switch
                {
                    FrameCommand.Push => new byte[random.Next(0, 3000)],
                    FrameCommand.Update => new byte[8],
                    _ => [],
                };
                await TrySayAsync(peer, RawPeer.Frame(command, id, payload, (byte)version));
                using var now = new CancellationTokenSource();
                ValueTask<SmuxStream> next = peer.Session.AcceptStreamAsync(now.Token);
                if (next.IsCompletedSuccessfully)
                    accepted.Add(await next);
                else
                    await GiveUpAsync(next, now);
                if (accepted.Count > 0 && random.Next(3) == 0)
                {
                    SmuxStream some = accepted[random.Next(accepted.Count)];
                    accepted.Remove(some);
                    await some.DisposeAsync();
                }
            }

            peer.HangUp();
            await peer.Session.Completion.Soon();
            foreach (SmuxStream stream in accepted)
                await stream.DisposeAsync();
            Assert.Equal(SmuxError.RemoteClosed, peer.Session.CloseReason!.Error);
            Assert.InRange(peer.Session.Buffered, 0, 4 * 128 * 1024);
        }
    }

    private static async Task GiveUpAsync(ValueTask<SmuxStream> next, CancellationTokenSource now)
    {
        await now.CancelAsync();
        try
        {
            await (await next).DisposeAsync();
        }
        catch (OperationCanceledException)
        {
            // Nothing had been opened.
        }
    }

    private static async Task TrySayAsync(RawPeer peer, byte[] bytes)
    {
        try
        {
            await peer.SayAsync(bytes);
        }
        catch (InvalidOperationException)
        {
            // The session has closed the carrier already.
        }
    }
}
