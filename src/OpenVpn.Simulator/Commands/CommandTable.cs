using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

using OpenVpn.Simulator.Clients;
using OpenVpn.Simulator.Management;

namespace OpenVpn.Simulator.Commands;

/// <summary>Every command that a server knows, with its replies to the letter. The daemon's lock is held while one runs.</summary>
internal sealed class CommandTable
{
    private readonly SimulatedDaemon _daemon;
    private readonly Dictionary<string, Command> _commands;

    public CommandTable(SimulatedDaemon daemon)
    {
        _daemon = daemon;
        _commands = new Dictionary<string, Command>(StringComparer.Ordinal)
        {
            ["help"] = new(0, false, false, (session, _) => SayAll(session, HelpText.Lines(daemon.Dialect))),
            ["version"] = new(0, false, false, Version),
            ["pid"] = new(0, false, false, (session, _) => Succeed(session, Text($"pid={daemon.Options.ProcessId}"))),
            ["nclients"] = new(0, false, true, (session, _) => Succeed(session, Text($"nclients={daemon.Clients.Established}"))),
            ["load-stats"] = new(0, false, false, (session, _) => Succeed(session, Text($"nclients={daemon.Clients.Established},bytesin={daemon.Clients.TotalReceived},bytesout={daemon.Clients.TotalSent}"))),
            ["status"] = new(0, false, true, Status),
            ["state"] = new(0, false, false, (session, p) => History(session, Port.States, p.Length == 1 ? ["state", "1"] : p, on => session.StateOn = on)),
            ["log"] = new(1, true, false, (session, p) => History(session, Port.Logs, p, on => session.LogOn = on)),
            ["echo"] = new(1, true, false, (session, p) => History(session, Port.Echoes, p, on => session.EchoOn = on)),
            ["bytecount"] = new(1, false, false, ByteCount),
            ["hold"] = new(0, false, false, Hold),
            ["signal"] = new(1, false, false, Signal),
            ["verb"] = new(0, false, false, (session, p) => Level(session, p, Port.Verb, 15, level => Port.Verb = level)),
            ["mute"] = new(0, false, false, (session, p) => Level(session, p, Port.Mute, int.MaxValue, level => Port.Mute = level)),
            ["auth-retry"] = new(0, false, false, AuthRetry),
            ["env-filter"] = new(0, false, false, (session, p) => Succeed(session, Text($"env_filter_level={Port.EnvironmentFilter = (p.Length > 1 ? NumberReading.Number(p[1]) : 0)}"))),
            ["forget-passwords"] = new(0, false, false, (session, _) => Succeed(session, "Passwords were forgotten")),
            ["net"] = new(0, false, false, (session, _) => session.Say("ERROR: Sorry, this command is currently only implemented on Windows")),
            ["test"] = new(1, false, false, Test),
            ["kill"] = new(1, false, true, Kill),
            ["client-kill"] = new(1, true, true, ClientKill),
            ["client-auth"] = new(2, false, false, (session, p) => ClientAuth(session, p, block: true)),
            ["client-auth-nt"] = new(2, false, false, (session, p) => ClientAuth(session, p, block: false)),
            ["client-deny"] = new(3, true, true, ClientDeny),
            ["client-pending-auth"] = new(4, false, true, ClientPendingAuth),
            ["username"] = new(2, false, false, (session, _) => session.Say("ERROR: no username is currently needed at this time")),
            ["password"] = new(daemon.Dialect.Is27 ? 1 : 2, daemon.Dialect.Is27, false, (session, _) => session.Say("ERROR: no password is currently needed at this time")),
            ["needok"] = new(2, false, false, (session, _) => session.Say("ERROR: no needok-confirmation is currently needed at this time")),
            ["needstr"] = new(2, false, false, (session, _) => session.Say("ERROR: no needstr-string is currently needed at this time")),
            ["rsa-sig"] = NotNow("rsa-sig"),
            ["pk-sig"] = NotNow("pk-sig"),
            ["certificate"] = NotNow("certificate"),
            ["cr-response"] = ForClients("cr-repsonse", 1), // OpenVPN's own spelling
            ["remote"] = ForClients("remote", 1, isLeast: true),
            ["proxy"] = ForClients("proxy", 1, isLeast: true),
            ["remote-entry-count"] = ForClients("remote-entry-count", 0),
            ["remote-entry-get"] = ForClients("remote-entry-get", 1, isLeast: true),
        };
        if (daemon.Dialect.Is27)
        {
            _commands["push-update-broad"] = new(1, false, true, (session, p) => PushUpdate(session, p[1].Length == 0 ? 0 : daemon.Clients.Established));
            _commands["push-update-cid"] = new(2, false, true, PushUpdateToOne);
        }
        else
        {
            _commands["pkcs11-id-count"] = new(0, false, false, (session, _) => session.Say(">PKCS11ID-COUNT:0"));
            _commands["pkcs11-id-get"] = new(1, false, false, (session, p) => session.Say(Text($">PKCS11ID-ENTRY:'{NumberReading.Number(p[1])}'")));
        }
    }

    private ManagementPort Port => _daemon.Port;

    public void Run(ManagementSession session, string line)
    {
        _daemon.OnCommand?.Invoke(line);
        (string[] parameters, string? error) = CommandParser.Parse(line);
        if (error is not null)
            session.Say("ERROR: " + error);
        if (line != "load-stats") // the only one that leaves no trace
            Port.Log(3, "D", parameters is ["password", ..] ? "MANAGEMENT: CMD 'password [...]'" : $"MANAGEMENT: CMD '{line}'");
        if (parameters.Length == 0)
            return;
        string name = parameters[0];
        if (name is "exit" or "quit")
            session.End(flush: _daemon.IsHeld); // what is queued is thrown away; a held daemon writes at once
        else if (!_commands.TryGetValue(name, out Command? command))
            session.Say(_daemon.Dialect.UnknownCommand(name));
        else if (parameters.Length - 1 < command.Needed)
            session.Say(Text($"ERROR: the '{name}' command requires {(command.IsLeast ? "at least " : "")}{command.Needed} parameter{(command.Needed == 1 ? "" : "s")}"));
        else if (command.NeedsTunnel && !_daemon.Clients.IsUp)
            session.Say(Unsupported(name));
        else
            command.Run(session, parameters);
    }

    private static string Unsupported(string name) => $"ERROR: The '{name}' command is not supported by the current daemon mode";

    private static Command NotNow(string name) => new(0, false, false, (session, _) => session.Say($"ERROR: The {name} command is not currently available"));

    private static Command ForClients(string name, int needed, bool isLeast = false) =>
        new(needed, isLeast, false, (session, _) => session.Say(Unsupported(name)));

    private void Version(ManagementSession session, string[] p)
    {
        if (p.Length == 1)
            SayAll(session, ["OpenVPN Version: " + _daemon.Dialect.Title, Text($"Management Version: {_daemon.Dialect.ManagementVersion}"), "END"]);
        else if (_daemon.Dialect.Is27 && NumberReading.Number(p[1]) is > 3 and var version)
            Succeed(session, Text($"Management client version set to {version}"));
    }

    private void Status(ManagementSession session, string[] p)
    {
        int version = p.Length > 1 ? NumberReading.Number(p[1]) : 1;
        if (version is < 0 or > 3)
        {
            session.Say("ERROR: bad status format version number");
            return;
        }
        SayAll(session, StatusText.Of(version == 0 ? 1 : version, _daemon.Clients.InHashOrder, _daemon.Dialect, _daemon.Time.GetUtcNow(), _daemon.Time.LocalTimeZone).Lines);
    }

    private static void History(ManagementSession session, LineCache cache, string[] p, Action<bool> turn)
    {
        foreach (string parameter in p.Skip(1).Take(2))
        {
            switch (parameter)
            {
                case "on" or "off":
                    turn(parameter == "on");
                    Succeed(session, $"real-time {cache.Name} notification set to {parameter.ToUpperInvariant()}");
                    break;
                case "all":
                    SayAll(session, [.. cache.Newest(int.MaxValue), "END"]);
                    break;
                case var _ when NumberReading.Number(parameter) is > 0 and var count:
                    SayAll(session, [.. cache.Newest(count), "END"]);
                    break;
                default:
                    session.Say($"ERROR: {cache.Name} parameter must be 'on' or 'off' or some number n or 'all'");
                    break;
            }
        }
    }

    private void ByteCount(ManagementSession session, string[] p)
    {
        _daemon.CountBytesFor(session, Math.Max(0, NumberReading.Number(p[1])));
        Succeed(session, "bytecount interval changed");
    }

    private void Hold(ManagementSession session, string[] p)
    {
        switch (p.Length > 1 ? p[1] : null)
        {
            case null:
                Succeed(session, $"hold={(_daemon.HoldFlag ? 1 : 0)}");
                break;
            case "on" or "off":
                _daemon.HoldFlag = p[1] == "on";
                Succeed(session, $"hold flag set to {p[1].ToUpperInvariant()}");
                break;
            case "release":
                Succeed(session, "hold release succeeded");
                _daemon.Release();
                break;
            default:
                session.Say("ERROR: bad hold command parameter");
                break;
        }
    }

    private void Signal(ManagementSession session, string[] p)
    {
        switch (p[1])
        {
            case "SIGHUP" or "SIGUSR1" when _daemon.IsHeld:
                session.Say($"ERROR: signal '{p[1]}' is currently ignored");
                session.Say(SimulatedDaemon.HoldQuestion);
                break;
            case "SIGHUP" or "SIGUSR1" or "SIGUSR2" or "SIGTERM" or "SIGINT":
                Succeed(session, $"signal {p[1]} thrown");
                _daemon.Signal(p[1]);
                break;
            default:
                session.Say($"ERROR: signal '{p[1]}' is not a known signal type");
                break;
        }
    }

    private static void Level(ManagementSession session, string[] p, int present, int most, Action<int> set)
    {
        if (p.Length == 1)
        {
            Succeed(session, Text($"{p[0]}={present}"));
        }
        else if (NumberReading.Number(p[1]) is var level && (level < 0 || level > most))
        {
            session.Say($"ERROR: {p[0]} level is out of range");
        }
        else
        {
            set(level);
            Succeed(session, $"{p[0]} level changed");
        }
    }

    private void AuthRetry(ManagementSession session, string[] p)
    {
        switch (p.Length > 1 ? p[1] : null)
        {
            case null:
                Succeed(session, "auth-retry=" + Port.AuthRetry);
                break;
            case "none" or "interact" or "nointeract":
                Port.AuthRetry = p[1];
                Succeed(session, "auth-retry parameter changed");
                break;
            default:
                session.Say("--auth-retry method must be 'interact', 'nointeract', or 'none'");
                session.Say("ERROR: bad auth-retry parameter");
                break;
        }
    }

    private static void Test(ManagementSession session, string[] p)
    {
        for (int i = 0; i < NumberReading.Number(p[1]); i++)
            session.Say(Text($"[{i}] The purpose of this command is to generate large amounts of output."));
    }

    // to 2.6 NAME or IP:PORT, in 2.7 NAME or PROTOCOL:IP:PORT; what lies behind a colon too many or too few is not looked at
    private void Kill(ManagementSession session, string[] p)
    {
        const int most = 127; // bytes of each part
        string[] parts = [.. Cut(p[1], most)];
        if (parts[0].Length == 0)
        {
            session.Say("ERROR: kill parse");
            return;
        }
        bool is27 = _daemon.Dialect.Is27;
        if (parts.Length <= (is27 ? 2 : 1) || parts[is27 ? 2 : 1].Length == 0)
        {
            int ended = _daemon.Clients.KillByName(parts[0]);
            session.Say(Text(ended > 0 ? (FormattableString)$"SUCCESS: common name '{parts[0]}' found, {ended} client(s) killed" : $"ERROR: common name '{parts[0]}' not found"));
            return;
        }
        string host = parts[is27 ? 1 : 0], port = parts[is27 ? 2 : 1];
        int number = NumberReading.Number(port);
        if (!IPAddress.TryParse(host, out IPAddress? address) || address.AddressFamily is not AddressFamily.InterNetwork)
        {
            session.Say("ERROR: error parsing IP address: " + host);
        }
        else if (number is < 1 or > 65535 || is27 && parts[0] is not ("udp" or "tcp"))
        {
            session.Say(is27 ? $"ERROR: port number or protocol out of range: {port} {parts[0]}" : $"ERROR: port number is out of range: {port}");
        }
        else
        {
            string shown = Text($"{(is27 ? parts[0] == "tcp" ? "tcp-server:" : "udp:" : "")}{host}:{number}");
            int killed = is27 && parts[0] == "tcp" != _daemon.Options.Tcp ? 0 : _daemon.Clients.KillByAddress(address, number);
            session.Say(Text(killed > 0 ? (FormattableString)$"SUCCESS: {killed} client(s) at address {shown} killed" : $"ERROR: client at address {shown} not found"));
        }
    }

    private static IEnumerable<string> Cut(string text, int most)
    {
        while (true)
        {
            int colon = text.IndexOf(':', StringComparison.Ordinal);
            int end = colon < 0 ? text.Length : colon;
            if (end > most)
            {
                yield return text[..most];
                text = text[Math.Min(text.Length, most + 2)..]; // two more are read before the room is found to be too small
                continue;
            }
            yield return text[..end];
            if (colon < 0)
                yield break;
            text = text[(colon + 1)..];
        }
    }

    private void ClientKill(ManagementSession session, string[] p)
    {
        if (ReadCid(session, p[1]) is { } cid)
            Report(session, "client-kill", _daemon.Clients.Kill(cid, p.Length > 2 ? p[2] : "RESTART"));
    }

    private void ClientAuth(ManagementSession session, string[] p, bool block)
    {
        if (ReadCid(session, p[1]) is not { } cid || ReadNumber(session, p[2], "KID") is not { } kid)
            return;
        if (block)
            session.OpenBlock(_ => Answer());
        else
            Answer();

        void Answer()
        {
            if (_daemon.Clients.IsUp)
                Report(session, "client-auth", _daemon.Clients.Approve(cid, kid));
            else
                session.Say(Unsupported("client-auth"));
        }
    }

    private void ClientDeny(ManagementSession session, string[] p)
    {
        if (ReadCid(session, p[1]) is { } cid && ReadNumber(session, p[2], "KID") is { } kid)
            Report(session, "client-deny", _daemon.Clients.Deny(cid, kid, p.Length > 4 ? p[4] : null));
    }

    private void ClientPendingAuth(ManagementSession session, string[] p)
    {
        if (ReadCid(session, p[1]) is not { } cid || ReadNumber(session, p[2], "KID") is not { } kid || ReadNumber(session, p[4], "TIMEOUT") is null)
            return;
        if (_daemon.Clients.Defer(cid, kid, p[3]))
            Succeed(session, "client-pending-auth command succeeded");
        else
            session.Say("ERROR: client-pending-auth command failed. Extra parameter might be too long");
    }

    private void PushUpdateToOne(ManagementSession session, string[] p)
    {
        if (ReadCid(session, p[1]) is { } cid)
            PushUpdate(session, _daemon.Clients.Find(cid) is { IsEstablished: true } && p[2].Length > 0 ? 1 : 0);
        else
            session.Say("ERROR: push-update-cid fail during cid parsing");
    }

    private static void PushUpdate(ManagementSession session, int reached)
    {
        session.Say(Text(reached > 0 ? (FormattableString)$"SUCCESS: {reached} client(s) updated" : $"ERROR: no client updated"));
        session.Say(reached > 0 ? "SUCCESS: push-update command succeeded" : "ERROR: push-update command failed");
    }

    private static ulong? ReadCid(ManagementSession session, string text)
    {
        if (NumberReading.TryUnsigned(text, out ulong cid))
            return cid;
        session.Say("ERROR: cannot parse CID");
        return null;
    }

    private static uint? ReadNumber(ManagementSession session, string text, string what)
    {
        if (NumberReading.TryUnsigned(text, out ulong number))
            return unchecked((uint)number);
        session.Say("ERROR: cannot parse " + what);
        return null;
    }

    private static void Report(ManagementSession session, string name, bool succeeded) =>
        session.Say(succeeded ? $"SUCCESS: {name} command succeeded" : $"ERROR: {name} command failed");

    private static void Succeed(ManagementSession session, string text) => session.Say("SUCCESS: " + text);

    private static void SayAll(ManagementSession session, IEnumerable<string> lines)
    {
        StringBuilder all = new();
        foreach (string line in lines)
            all.Append(line).Append("\r\n");
        session.SayRaw(all.ToString());
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
