using System.Security.Claims;

using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;
using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

namespace Dashboard.Components.Servers;

/// <summary>What an operator is asked before a command is sent: exactly what it will do to whom.</summary>
internal static class OperatorQuestions
{
    public static ConfirmQuestion Disconnect(IServerOperations operations, ClaimsPrincipal caller, ClientSnapshot client) =>
        new("Disconnect", client.CommonName, answer => operations.DisconnectAsync(
            caller, client.Identity, answer.Choice == 0 ? DisconnectMode.Restart : DisconnectMode.Halt, answer.Reason, keepOut: null))
        {
            Consequence = $"Ends this session from {HostileText.Visible(client.RealAddress)} on {HostileText.Visible(client.Identity.Server)}. It does not keep the client out.",
            Choices =
            [
                new("Restart", "The client is told to reconnect and usually comes back within seconds."),
                new("Halt", "The client is told to stop and stays away until somebody starts it again."),
            ],
            IsDestructive = true,
            AsksReason = true,
        };

    public static ConfirmQuestion Hold(IServerOperations operations, ClaimsPrincipal caller, ServerSnapshot server, HoldAction action) =>
        new(Verb(action), server.Name, _ => operations.HoldAsync(caller, server.Name, action))
        {
            Button = action switch { HoldAction.On => "Turn hold on", HoldAction.Off => "Turn hold off", _ => "Release" },
            Consequence = action switch
            {
                HoldAction.On => "From its next start or restart on, OpenVPN waits until somebody releases it. Nothing changes for the clients that are connected now.",
                HoldAction.Off => "From its next start or restart on, OpenVPN does not wait for a release. A server that waits now keeps waiting.",
                _ => "OpenVPN goes on with its start, and clients can connect.",
            },
        };

    public static ConfirmQuestion Signal(IServerOperations operations, ClaimsPrincipal caller, ServerSnapshot server, ServerSignal signal) =>
        new($"Send {signal} to", server.Name, _ => operations.SignalAsync(caller, server.Name, signal))
        {
            Button = $"Send {signal}",
            Consequence = Consequence(signal, server),
            IsDestructive = EndsTheDaemon(signal, server),
        };

    /// <summary>One line for the menu.</summary>
    public static string Explain(ServerSignal signal) => signal switch
    {
        ServerSignal.SIGUSR1 => "Restart the tunnel, with the configuration as it was read",
        ServerSignal.SIGUSR2 => "Write the status to the daemon’s log",
        ServerSignal.SIGHUP => "Restart everything, and read the configuration again",
        ServerSignal.SIGTERM => "End the daemon",
        _ => "",
    };

    public static string Verb(HoldAction action) => action switch
    {
        HoldAction.On => "Turn hold on for",
        HoldAction.Off => "Turn hold off for",
        _ => "Release",
    };

    private static string Consequence(ServerSignal signal, ServerSnapshot server)
    {
        string clientsLose = server.Clients is { Length: > 1 } connected ? $"All {Quantity.Exact(connected.Length)} clients lose" : "Every client loses";
        if (server.Status is ServerStatus.Held)
        {
            return signal switch
            {
                ServerSignal.SIGUSR1 or ServerSignal.SIGHUP => "OpenVPN ignores this signal while it waits for a hold release, and will say so.",
                ServerSignal.SIGUSR2 => "While OpenVPN waits for a hold release this signal ends the daemon. It comes back only if something on its machine starts it again.",
                _ => "Ends the daemon. It comes back only if something on its machine starts it again.",
            };
        }

        string hold = server.HoldFlag is true ? " Hold is on: OpenVPN then waits for a release." : "";
        return signal switch
        {
            ServerSignal.SIGUSR1 => $"{clientsLose} the tunnel and must come back, under a new CID. The configuration is not read again.{hold}",
            ServerSignal.SIGUSR2 => "OpenVPN writes its status to its own log. Nothing changes for clients.",
            ServerSignal.SIGHUP => $"{clientsLose} the tunnel and must come back. OpenVPN closes everything and reads its configuration again; a mistake in it ends the daemon.{hold}",
            _ => $"{clientsLose} the tunnel. The daemon ends, and comes back only if something on its machine starts it again; it cannot be started from here.",
        };
    }

    private static bool EndsTheDaemon(ServerSignal signal, ServerSnapshot server) =>
        signal is ServerSignal.SIGTERM || (signal is ServerSignal.SIGUSR2 && server.Status is ServerStatus.Held);
}
