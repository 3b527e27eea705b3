using Dashboard.History;
using Dashboard.History.Events;
using Dashboard.History.Reports;
using Dashboard.History.Upkeep;
using Dashboard.Storage;

using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Npgsql;

namespace Dashboard.Tests.Storage;

/// <summary>The storage and the history of one dashboard, composed as the application composes them.</summary>
internal sealed class TestDashboard : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IHostedService[] _services;

    private TestDashboard(IEnumerable<KeyValuePair<string, string?>> settings, TimeProvider time)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time);
        builder.AddStorage();
        builder.AddHistory();
        _app = builder.Build();
        _services = [_app.Services.GetServices<IHostedService>().OfType<StorageService>().Single(), _app.Services.GetRequiredService<HistoryWriter>()];
    }

    public StorageState State => _app.Services.GetRequiredService<StorageState>();
    public NpgsqlDataSource DataSource => _app.Services.GetRequiredService<NpgsqlDataSource>();
    public HistoryWriter Writer => _app.Services.GetRequiredService<HistoryWriter>();
    public IHistoryStore Store => _app.Services.GetRequiredService<IHistoryStore>();
    public HistoryUpkeep Upkeep => _app.Services.GetRequiredService<HistoryUpkeep>();
    public PostgresEventStore Events => _app.Services.GetRequiredService<PostgresEventStore>();
    public ITrafficReports TrafficReports => _app.Services.GetRequiredService<ITrafficReports>();
    public ISessionReports SessionReports => _app.Services.GetRequiredService<ISessionReports>();
    public IEventReports EventReports => _app.Services.GetRequiredService<IEventReports>();
    public ITrafficHistory Traffic => _app.Services.GetRequiredService<ITrafficHistory>();

    public static TestDashboard On(string connectionString, TimeProvider? time = null) =>
        new([KeyValuePair.Create<string, string?>("Dashboard:History:ConnectionString", connectionString)], time ?? TimeProvider.System);

    public static TestDashboard WithOwnPostgres(string dataFolder) =>
        new([KeyValuePair.Create<string, string?>("Dashboard:History:DataDirectory", dataFolder),
             KeyValuePair.Create<string, string?>("DASHBOARD_ROOT", RepositoryRoot.Installation.Path)], TimeProvider.System);

    public DashboardDbContext Context() => _app.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContext();

    public async Task StartAsync()
    {
        foreach (IHostedService service in _services)
            await service.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Starts, and waits until the database can be used.</summary>
    public async Task<TestDashboard> ReadyAsync()
    {
        await StartAsync();
        await State.WhenReadyAsync(TestContext.Current.CancellationToken).WaitAsync(TestWait.Limit);
        return this;
    }

    public async Task StopAsync()
    {
        foreach (IHostedService service in _services.Reverse())
            await service.StopAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
    }
}
