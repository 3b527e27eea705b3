using System.Diagnostics.Metrics;

namespace Tunnel;

/// <summary>What a server counts. Tags come from small known sets: never a domain, a user or an address.</summary>
internal sealed class TunnelMetrics : IDisposable
{
    /// <summary>The meter's name, to listen to.</summary>
    public const string MeterName = "tunnel.server";

    private readonly Meter _meter;
    private readonly Counter<long> _opened;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _requests;

    public TunnelMetrics(IMeterFactory? factory, Func<int> connections)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _opened = _meter.CreateCounter<long>("tunnel.server.connections.opened", "{connection}");
        _ended = _meter.CreateCounter<long>("tunnel.server.connections.ended", "{connection}");
        _refused = _meter.CreateCounter<long>("tunnel.server.connections.refused", "{connection}");
        _requests = _meter.CreateCounter<long>("tunnel.server.requests", "{request}");
        _meter.CreateObservableUpDownCounter("tunnel.server.connections", connections, "{connection}");
    }

    public void Opened(CarrierProtocol protocol) => _opened.Add(1, new KeyValuePair<string, object?>("protocol", protocol.ToString()));

    public void Ended(TunnelError reason) => _ended.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void Refused(TunnelError reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void Request(TunnelError? failure) => _requests.Add(1, new KeyValuePair<string, object?>("result", failure?.ToString() ?? "Answered"));

    public void Dispose() => _meter.Dispose();
}
