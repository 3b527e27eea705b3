using Dashboard.Fleet.PassThrough;

using Mgmt.Core.Commands;
using Mgmt.Core.Sockets;

using Microsoft.Extensions.Options;

namespace Dashboard.Fleet;

/// <summary>Finds every mistake in <c>Dashboard:Servers</c> and <c>Dashboard:Listeners</c>.</summary>
internal sealed class FleetOptionsValidator : IValidateOptions<FleetOptions>
{
    public const int MaxNameLength = 100;

    public ValidateOptionsResult Validate(string? name, FleetOptions options)
    {
        List<string> errors = [];
        Dictionary<string, string> names = new(StringComparer.OrdinalIgnoreCase);
        Dictionary<ManagementEndpoint, string> listened = [];
        foreach ((int i, ServerOptions server) in options.Servers.Index())
        {
            if (ManagementEndpoint.TryParse(server.Endpoint, out ManagementEndpoint? daemon, out _))
                listened.TryAdd(daemon, $"the daemon of Dashboard:Servers:{i}"); // who dials it must not meet the dashboard
        }
        foreach ((string key, ServerOptions server) in options.Servers.Select((server, i) => ($"Dashboard:Servers:{i}", server))
            .Concat(options.Listeners.Select((listener, i) => ($"Dashboard:Listeners:{i}", (ServerOptions)listener))))
        {
            errors.AddRange(Check(server).Select(e => $"{key}:{e}"));
            if (server.Name.Length > 0 && !names.TryAdd(server.Name, key))
                errors.Add($"{key}:Name: '{server.Name}' is also the name of {names[server.Name]}.");
            foreach ((int i, PassThroughOptions entry) in server.PassThrough.Index())
            {
                errors.AddRange(Check(entry).Select(e => $"{key}:PassThrough:{i}:{e}"));
                if (ManagementEndpoint.TryParse(entry.Endpoint, out ManagementEndpoint? place, out _) && !listened.TryAdd(place, $"{key}:PassThrough:{i}"))
                    errors.Add($"{key}:PassThrough:{i}:Endpoint: {listened[place]} listens on '{entry.Endpoint}', too.");
            }
            if (server is ListenerOptions && ManagementEndpoint.TryParse(server.Endpoint, out ManagementEndpoint? endpoint, out _) && !listened.TryAdd(endpoint, key))
                errors.Add($"{key}:Endpoint: {listened[endpoint]} listens on '{server.Endpoint}', too. Each daemon needs an address of its own, by which it is known.");
        }
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Check(PassThroughOptions entry)
    {
        if (!ManagementEndpoint.TryParse(entry.Endpoint, out ManagementEndpoint? endpoint, out string? error))
            yield return $"Endpoint: {error}";
        else if (endpoint is ManagementEndpoint.Tunnel or ManagementEndpoint.Tcp { Port: 0 })
            yield return $"Endpoint: '{entry.Endpoint}' cannot be listened on; write for example unix:/run/openvpn-dashboard/paris.sock.";
        else if (endpoint is ManagementEndpoint.Tcp && entry.PasswordFile is not { Length: > 0 })
            yield return "PasswordFile: missing; on TCP every program of every user could connect.";
        if (entry.PasswordFile is { Length: > 0 } file && !PasswordFile.HoldsPassword(file))
            yield return $"PasswordFile: '{file}' does not exist, cannot be read, or has no password in its first line.";
    }

    private static IEnumerable<string> Check(ServerOptions server)
    {
        if (server.Name.Length == 0)
            yield return "Name: missing.";
        else if (server.Name.Length > MaxNameLength || server.Name.Any(char.IsControl) || server.Name != server.Name.Trim())
            yield return $"Name: at most {MaxNameLength} characters, no control characters, no blanks at the ends.";
        else if (server.Name.Split('/').Any(part => part is "" or "." or "..") || server.Name.Contains("%2F", StringComparison.OrdinalIgnoreCase))
            yield return "Name: cannot stand in an address: no '.', '..' or nothing between slashes, and no '%2F'.";

        if (server.Endpoint.Length == 0)
            yield return "Endpoint: missing; for example unix:/run/openvpn/paris.sock or tcp://10.0.0.1:7505.";
        else if (!ManagementEndpoint.TryParse(server.Endpoint, out ManagementEndpoint? endpoint, out string? error))
            yield return $"Endpoint: {error}";
        else if (endpoint is ManagementEndpoint.Tunnel)
            yield return $"Endpoint: '{server.Endpoint}' is a way through a tunnel, which servers cannot be reached by yet.";
        else if (server is ListenerOptions ? endpoint is ManagementEndpoint.Tcp { Port: 0 } : endpoint is ManagementEndpoint.Tcp { Port: 0 } or ManagementEndpoint.Tcp { Host: "*" })
            yield return $"Endpoint: '{server.Endpoint}' names no one port of one machine; write for example tcp://127.0.0.1:7505.";

        if (server.PasswordFile is { Length: > 0 } file && !File.Exists(file))
            yield return $"PasswordFile: '{file}' does not exist or cannot be read.";

        if (server.ByteCountInterval < TimeSpan.FromSeconds(1) || server.ByteCountInterval > TimeSpan.FromHours(1) || server.ByteCountInterval.Ticks % TimeSpan.TicksPerSecond != 0)
            yield return "ByteCountInterval: whole seconds, from 00:00:01 to 01:00:00.";
        if (server.StatusInterval < TimeSpan.FromSeconds(1) || server.StatusInterval > TimeSpan.FromHours(1))
            yield return "StatusInterval: from 00:00:01 to 01:00:00.";
        if (server.StartLimit < TimeSpan.FromSeconds(10) || server.StartLimit > TimeSpan.FromDays(1))
            yield return "StartLimit: from 00:00:10 to 1.00:00:00.";
        if (server.ApprovalDeadline < TimeSpan.FromSeconds(5) || server.ApprovalDeadline > TimeSpan.FromMinutes(10))
            yield return "ApprovalDeadline: from 00:00:05 to 00:10:00, and less than the daemon's hand-window (60 s if nothing else is configured).";
        if (server.Clients.Count > 0 && server.Approval is ApprovalPolicy.Leave)
            yield return "Clients: these options are given along with an approval, so Approval must not be Leave; else use OpenVPN's own client-config-dir.";
        foreach ((string name, IList<string> lines) in server.Clients)
        {
            for (int i = 0; i < lines.Count; i++)
            {
                if (ServerCommands.WhyNoOptionLine(lines[i]) is { } why)
                    yield return $"Clients:{name}:{i}: {why}";
            }
        }
    }
}
