using Dashboard.History;
using Dashboard.History.Schema;
using Dashboard.Storage;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Npgsql;

namespace History.Benchmarks;

/// <summary>The dashboard's history on a PostgreSQL: a private one in a folder of its own, which goes with it, or the one of a connection string.</summary>
internal sealed class HistoryLab : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StorageService _storage;

    // One that PostgreSQL's own account can enter: else the data would lie elsewhere, and stay.
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"history-benchmark-{Guid.NewGuid():N}"));

    private HistoryLab(string? connectionString)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration["Dashboard:History:ConnectionString"] = connectionString;
        builder.Configuration["Dashboard:History:DataDirectory"] = _folder.FullName;
        builder.Configuration["DASHBOARD_ROOT"] = Root();
        builder.Logging.ClearProviders();
        builder.AddStorage();
        builder.AddHistory();
        _app = builder.Build();
        _storage = _app.Services.GetServices<IHostedService>().OfType<StorageService>().Single();
    }

    public NpgsqlDataSource DataSource => Get<NpgsqlDataSource>();

    public static async Task<HistoryLab> StartAsync(string? connectionString)
    {
        HistoryLab lab = new(connectionString);
        await lab._storage.StartAsync(CancellationToken.None);
        await lab.Get<StorageState>().WhenReadyAsync();
        return lab;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = DataSource.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    public Task PartitionAsync(PartitionedTable table, DateOnly from, int days) =>
        Partitions.CreateAsync(DataSource, table, Enumerable.Range(0, days).Select(from.AddDays), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _storage.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Dashboard.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException("This program runs in the repository that it was built in.");
    }
}
