using Dashboard.Fleet;
using Dashboard.Live;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

using Tests.Shared;

namespace Dashboard.Tests.Fleet;

public sealed class FleetServiceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_s_loop_that_stumbles_is_shown_as_such_and_begins_anew()
    {
        string folder = Directory.CreateTempSubdirectory("fleet-").FullName;
        await using FakeOpenVpnServer daemon = new();
        ManualTimeProvider time = new();
        LiveStore live = new(time, NullLogger<LiveStore>.Instance);
        FleetOptions options = new() { Servers = [new ServerOptions { Name = "paris", Endpoint = $"unix:{folder}/m.sock" }] };
        // There is no socket yet: the first attempt fails, and what ought to write that down does, too.
        using FleetService fleet = new(Microsoft.Extensions.Options.Options.Create(options), live, [], new NoGates(), time, new BrokenOnce());

        await fleet.StartAsync(Cancel);
        await UntilAsync(() => live.Find("paris") is { Status: ServerStatus.Unreachable, NextAttempt: not null } server && server.Detail == ServerTrouble.Broken.Detail);
        daemon.ListenUnix($"{folder}/m.sock");

        await UntilAsync(() => live.Find("paris") is { IsLive: true });
        Task stopping = fleet.StopAsync(Cancel);
        await UntilAsync(() => stopping.IsCompleted);
        await stopping;
        await daemon.DisposeAsync();
        Directory.Delete(folder, recursive: true);

        async Task UntilAsync(Func<bool> condition)
        {
            await TestWait.UntilAsync(() =>
            {
                time.Advance(TimeSpan.FromMilliseconds(50));
                return condition();
            });
        }
    }

    private sealed class NoGates : IClientGates
    {
        public IClientGate For(ServerOptions server) => null!;
    }

    private sealed class BrokenOnce : ILogger<FleetService>
    {
        private bool _isBroken;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (_isBroken)
                return;
            _isBroken = true;
            throw new InvalidOperationException("The disk is full.");
        }
    }
}
