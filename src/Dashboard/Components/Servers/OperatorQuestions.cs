using System.Collections.Immutable;
using System.Security.Claims;

using Dashboard.Approvals;
using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

namespace Dashboard.Components.Servers;

/// <summary>What an operator is asked before a command is sent: exactly what it will do to whom.</summary>
internal static class OperatorQuestions
{
    /// <summary>For how long somebody can be kept out, in words; the first of them is not at all.</summary>
    private static readonly (string Words, BlockTerm? Term)[] s_terms =
    [
        ("not at all", null),
        ("15 minutes", new BlockTerm(TimeSpan.FromMinutes(15))),
        ("1 hour", new BlockTerm(TimeSpan.FromHours(1))),
        ("1 day", new BlockTerm(TimeSpan.FromDays(1))),
        ("until lifted", BlockTerm.UntilLifted),
    ];

    /// <param name="server">Tells by which names the client can be kept out, and whom else that would end.</param>
    /// <param name="blocks">Every block that the person sees.</param>
    public static ConfirmQuestion Disconnect(IServerOperations operations, ClaimsPrincipal caller, ClientSnapshot client, ServerSnapshot server, IReadOnlyList<Block> blocks)
    {
        ImmutableArray<BlockedName> names = BlockTarget.Of(client, server);
        return new("Disconnect", client.CommonName, answer => operations.DisconnectAsync(
            caller,
            client.Identity,
            answer.Choice switch { 0 => DisconnectMode.Restart, 1 => DisconnectMode.Halt, _ => DisconnectMode.Kill },
            answer.Reason,
            s_terms[answer.Option].Term is { } term ? new KeepOut(term, answer.Target < names.Length ? names[answer.Target] : null) : null))
        {
            Consequence = $"Ends this session from {HostileText.Visible(client.RealAddress)} on {HostileText.Visible(client.Identity.Server)}.",
            Choices =
            [
                new("Restart", "The client is told to reconnect and usually comes back within seconds."),
                new("Halt", "The client is told to stop and stays away until somebody starts it again."),
                new("Kill", "The session is dropped at once and the client is not told: it finds out by its own timeout, and then connects again."),
            ],
            Option = new(
                names is [var only] ? $"And keep {HostileText.Visible(only.ToString())} out" : "And keep this client out",
                [.. s_terms.Select(term => term.Words)],
                HowItIsKeptOut(server.IsGatekeeper))
            {
                Targets = [.. names.Select(name => new ConfirmChoice(Capital(name.ToString()), WhomElse(name, client, server, blocks)))],
            },
            IsDestructive = true,
            AsksReason = true,
            ReasonHint = server.IsGatekeeper ? "optional; kept on record. Who is kept out is told it" : "optional; kept on record, the client does not see it",
        };
    }

    private static string WhomElse(BlockedName name, ClientSnapshot client, ServerSnapshot server, IReadOnlyList<Block> blocks)
    {
        ClientSnapshot[] others = [.. (server.Clients ?? []).Where(other => other.Session != client.Session && name.Means(other.Names))];
        string who = name.Kind is NameKind.Certificate ? "Keeps out everybody who uses this certificate." : "Keeps out this user, with whatever certificate.";
        string ends = others.Length == 0 ? "" : $" This also ends {Named(others)}.";
        return KeptOutAlready(blocks, name, server.Name) + who + ends + Unsure([server]);
    }

    /// <summary>What a block can do, honestly.</summary>
    public static string HowItIsKeptOut(bool isGatekeeper) => isGatekeeper
        ? "OpenVPN asks the dashboard who may come in: the name is refused from now on, on every attempt."
        : "OpenVPN does not ask the dashboard who may come in: whoever has this name can connect again, and the dashboard then ends the session each time, within seconds. It tells the client to halt: one that obeys ends, and has to be started again on its own machine, also after the block’s end. To keep somebody out for good, revoke the certificate.";

    public static ConfirmQuestion Verb(IServerOperations operations, ClaimsPrincipal caller, ServerSnapshot server, int level) =>
        new($"Set the log level to {level} for", server.Name, _ => operations.VerbAsync(caller, server.Name, level))
        {
            Button = "Set log level",
            Consequence = level switch
            {
                0 => "OpenVPN writes fatal errors only, also to its own log file; the dashboard then learns little of it.",
                > 4 => "OpenVPN writes a line or more for each packet, also to its own log file: it can fill a disk, and slow the server down. SIGHUP or a restart brings the configured level back.",
                _ => "Changes what OpenVPN writes to its own log file, too. SIGHUP or a restart brings the configured level back.",
            },
            IsDestructive = level > 4,
        };

    public static ConfirmQuestion Mute(IServerOperations operations, ClaimsPrincipal caller, ServerSnapshot server, int lines) =>
        new($"Set mute to {lines} for", server.Name, _ => operations.MuteAsync(caller, server.Name, lines))
        {
            Button = "Set mute",
            Consequence = lines == 0
                ? "OpenVPN writes every line, however often a kind of line comes."
                : $"After {Quantity.Count(lines, "line")} of a kind in a row OpenVPN leaves further ones out, also from its own log file. SIGHUP or a restart brings the configured value back.",
        };

    public static ConfirmQuestion ForgetPasswords(IServerOperations operations, ClaimsPrincipal caller, ServerSnapshot server) =>
        new("Forget the passwords of", server.Name, _ => operations.ForgetPasswordsAsync(caller, server.Name))
        {
            Button = "Forget passwords",
            Consequence = "OpenVPN drops the passwords that were typed into it: of its private key, of a proxy, of a user. Nobody is disconnected now; at its next restart or renewal it asks for them again, and waits until somebody answers.",
            IsDestructive = true,
        };

    public static ConfirmQuestion ReleaseSlot(IServerOperations operations, ClaimsPrincipal caller, ServerSnapshot server, TimeSpan length) =>
        new("Release the management slot of", server.Name, _ => operations.ReleaseSlotAsync(caller, server.Name, length))
        {
            Button = "Release the slot",
            Waiting = "Closing the management session …",
            Consequence = $"For {Elapsed.Words(length)} the dashboard lets go of this server, so that another program can connect to it. Nothing is watched meanwhile: bytes are accounted for afterwards, as one gap. Tunnels stay up, unless OpenVPN’s configuration has management-signal, which restarts it. Then the dashboard comes back by itself."
                + (server.IsGatekeeper || server.ClientAuth is true ? " OpenVPN asks its management client who may come in: nobody new gets in unless the other program answers, and a session whose keys are due for renewal meanwhile (reneg-sec, an hour if nothing else is configured) ends." : ""),
            IsDestructive = server.IsGatekeeper || server.ClientAuth is true,
        };

    public static ConfirmQuestion TakeSlotBack(IServerOperations operations, ClaimsPrincipal caller, ServerSnapshot server) =>
        new("Take back the management slot of", server.Name, _ => operations.TakeSlotBackAsync(caller, server.Name))
        {
            Button = "Take the slot back",
            Waiting = "Connecting …",
            Consequence = "The dashboard connects now. If another program is connected it is left alone: the dashboard then waits in line.",
        };

    /// <param name="client">One client; null for all.</param>
    public static ConfirmQuestion PushUpdate(IServerOperations operations, ClaimsPrincipal caller, ServerSnapshot server, string options, ClientSnapshot? client) =>
        new("Push changed options to", client?.CommonName ?? $"every client of {server.Name}", _ => operations.PushUpdateAsync(caller, server.Name, options, client?.Identity))
        {
            Button = "Push",
            Consequence = $"Sends “{HostileText.Visible(options)}” to {(client is null ? "all clients that are connected" : "this client")}. A client that does not know push updates is left out; one that refuses an option disconnects and comes back. Who connects later does not get it.",
            IsDestructive = true,
        };

    public static ConfirmQuestion Deny(IApprovals approvals, ClaimsPrincipal caller, WaitingClient client) =>
        new("Deny", Name(client), answer => approvals.DecideAsync(caller, client.Id, approve: false, answer.Reason))
        {
            Consequence = client.IsReauthentication
                ? $"{HostileText.Visible(client.Server)} does not renew the key of this client: OpenVPN 2.6 and newer end its session at once, older ones when the old key runs out."
                : $"{HostileText.Visible(client.Server)} refuses this client now. It may ask again.",
            IsDestructive = true,
            AsksReason = true,
            ReasonHint = "optional; the client is told it, and it stands in OpenVPN’s log",
        };

    /// <param name="server">Null for every server.</param>
    /// <param name="servers">All that the person sees.</param>
    public static ConfirmQuestion Block(IApprovals approvals, ClaimsPrincipal caller, BlockedName name, string? server, IEnumerable<ServerSnapshot> servers, int term, string? reason)
    {
        ServerSnapshot[] meant = [.. servers.Where(each => server is null || each.Name == server)];
        ClientSnapshot[] ended = [.. meant.SelectMany(each => each.Clients ?? []).Where(client => name.Means(client.Names))];
        bool all = meant.All(each => each.IsGatekeeper), any = meant.Any(each => each.IsGatekeeper);
        string unsure = Unsure(meant);
        string ends = ended.Length > 0 ? $"ends {Named(ended)}." : unsure.Length > 0 ? "ends no session that is known." : "nobody is connected under this name now.";
        return new("Keep out", name.ToString(), _ => approvals.BlockAsync(caller, server, name, s_terms[term].Term ?? BlockTerm.UntilLifted, reason))
        {
            Consequence = $"{KeptOutAlready(approvals.BlocksFor(caller), name, server)}{WhoseName(name.Kind)}On {(server is null ? "every server" : HostileText.Visible(server))}: {ends}{unsure} {HowItIsKeptOut(all)}{(any && !all ? " Servers that do ask refuse it at once." : "")}",
            IsDestructive = true,
        };
    }

    public static ConfirmQuestion Lift(IApprovals approvals, ClaimsPrincipal caller, Block block) =>
        new("Let in again", block.Name.ToString(), _ => approvals.LiftAsync(caller, block.Id))
        {
            Button = "Lift the block",
            Consequence = $"Lifts the block that stands {block.Term}{(block.Reason is { } reason ? $" ({HostileText.Visible(reason)})" : "")}. "
                + (block.WhatRemains(approvals.BlocksFor(caller)) is { Length: > 0 } remains
                    ? HostileText.Visible(remains)
                    : $"{(block.Server is { } server ? HostileText.Visible(server) : "Every server")} treats this name like any other from now on."),
        };

    private static string WhoseName(NameKind kind) => kind switch
    {
        NameKind.Certificate => "Meant is everybody who uses this certificate, and no user of that name. ",
        NameKind.User => "Meant is the user of this name, with whatever certificate, and no certificate of that name. ",
        _ => "",
    };

    /// <summary>Of which servers it is not known who is connected: an old list, or none, is not an empty one.</summary>
    private static string Unsure(ServerSnapshot[] servers)
    {
        string[] unsure = [.. servers.Where(server => !server.IsLive || server.Clients is null || !server.ListIsComplete).Select(server => HostileText.Visible(server.Name))];
        return unsure.Length == 0 ? "" : $" Who is connected to {string.Join(", ", unsure)} is not known now.";
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>The terms that a block can have, in words; <see cref="Block(IApprovals, ClaimsPrincipal, BlockedName, string?, IEnumerable{ServerSnapshot}, int, string?)"/> takes the index.</summary>
    public static IEnumerable<(int Index, string Words)> Terms => s_terms.Index().Skip(1).Select(term => (term.Index, term.Item.Words));

    /// <summary>Everybody whose session ends, or as many as can be read: <c>the session of bob on paris from 203.0.113.7:51634</c>.</summary>
    private static string Named(ClientSnapshot[] sessions)
    {
        const int Shown = 5;
        string named = string.Join(", ", sessions.Take(Shown).Select(client => $"{HostileText.Visible(Person(client))} on {HostileText.Visible(client.Identity.Server)} from {HostileText.Visible(client.RealAddress)}"));
        return sessions.Length switch
        {
            1 => $"the session of {named}",
            <= Shown => $"the sessions of {named}",
            _ => $"{Quantity.Count(sessions.Length, "session")}: of {named}, and {Quantity.Exact(sessions.Length - Shown)} more",
        };
    }

    private static string Person(ClientSnapshot client) => client.Names switch
    {
        { CommonName: { } name, Username: { } user } when name != user => $"{name} ({user})",
        var names => names.Shown ?? "a client without a name",
    };

    private static string KeptOutAlready(IEnumerable<Block> blocks, BlockedName name, string? server) =>
        blocks.Where(block => block.Name.Overlaps(name) && block.Covers(server)).Aggregate((Block?)null, Approvals.Block.Longer) is { } before
            ? $"It is kept out already, {before.Term} (by {HostileText.Visible(before.CreatedBy)}). Both blocks stand then, and the longer one holds. " : "";

    private static string Name(WaitingClient client) => client.CommonName.Length > 0 ? client.CommonName : client.Username ?? "a client without a name";

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
            IsDestructive = signal is ServerSignal.SIGTERM,
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
        if (signal is ServerSignal.SIGUSR2 && server.Status is ServerStatus.Starting)
            return "OpenVPN is starting or restarting, and this signal would end it now: it is not sent. Try again when it is through.";
        if (server.Role is DaemonRole.Client && server.Status is not ServerStatus.Held)
        {
            return signal switch
            {
                ServerSignal.SIGUSR1 => "Its tunnel goes down, and it connects to its server again. The configuration is not read again. While it waits for an answer this ends the daemon.",
                ServerSignal.SIGUSR2 => "OpenVPN writes its status to its own log. Nothing changes for the tunnel.",
                ServerSignal.SIGHUP => "Its tunnel goes down; OpenVPN reads its configuration again and connects anew. A mistake in it ends the daemon.",
                _ => "Its tunnel goes down. The daemon ends, and comes back only if something on its machine starts it again; it cannot be started from here.",
            };
        }
        string clientsLose = server.Clients is { Length: > 1 } connected ? $"All {Quantity.Exact(connected.Length)} clients lose" : "Every client loses";
        if (server.Status is ServerStatus.Held)
        {
            return signal switch
            {
                ServerSignal.SIGUSR1 or ServerSignal.SIGHUP => "OpenVPN ignores this signal while it waits for a hold release, and will say so.",
                ServerSignal.SIGUSR2 => "While OpenVPN waits for a hold release this signal would end the daemon: it is not sent. To end it send SIGTERM.",
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
}
