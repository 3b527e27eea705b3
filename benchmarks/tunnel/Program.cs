using Tunnel.Benchmarks;

// Without arguments: every case, ours beside Go's, as the table of README.md. With a role: one end of a case, started by the former.
string role = args.Length == 0 ? "all" : args[0];
var arguments = new Arguments(args.Skip(1));
await (role switch
{
    "all" => Comparison.RunAsync(arguments),
    "smux-server" => SmuxServer.RunAsync(arguments),
    "smux-client" => SmuxClient.RunAsync(arguments),
    "bench-tunnel" => TunnelLoad.RunAsync(arguments),
    "client" => TunnelLoad.ServeAsync(arguments),
    "idle-server" => IdleConnections.ServeAsync(arguments),
    "idle-clients" => IdleConnections.ConnectAsync(arguments),
    _ => throw new InvalidOperationException($"no role {role}"),
});
