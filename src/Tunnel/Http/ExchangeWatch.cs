namespace Tunnel.Http;

/// <summary>Looks at all exchanges once a second and ends those that outlive a limit: one timer instead of one for each request.</summary>
internal sealed class ExchangeWatch : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly HashSet<HttpExchange> _exchanges = [];
    private readonly ITimer _timer;

    public ExchangeWatch(TimeProvider time)
    {
        Time = time;
        _timer = time.CreateTimer(static state => ((ExchangeWatch)state!).Look(), this, s_interval, s_interval);
    }

    public TimeProvider Time { get; }

    public void Add(HttpExchange exchange)
    {
        lock (_gate)
            _exchanges.Add(exchange);
    }

    public void Remove(HttpExchange exchange)
    {
        lock (_gate)
            _exchanges.Remove(exchange);
    }

    private void Look()
    {
        HttpExchange[] exchanges;
        lock (_gate)
            exchanges = [.. _exchanges];
        foreach (HttpExchange exchange in exchanges)
            exchange.CheckLimits();
    }

    public void Dispose() => _timer.Dispose();
}
