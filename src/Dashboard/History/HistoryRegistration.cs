using Dashboard.Fleet;
using Dashboard.History.Events;
using Dashboard.History.Reports;
using Dashboard.History.Transfer;
using Dashboard.History.Upkeep;

using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dashboard.History;

/// <summary>Puts the history into the application.</summary>
internal static class HistoryRegistration
{
    /// <summary>
    /// To be called after the storage and before the fleet: hosted services stop in reverse order, so the fleet's last
    /// reports are written before the database ends.
    /// </summary>
    public static WebApplicationBuilder AddHistory(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddMetrics();
        services.TryAddSingleton<AccountingLedger>();
        services.AddSingleton<HistoryMetrics>();
        services.AddSingleton<IHistoryStore, PostgresHistoryStore>();
        services.AddSingleton<HistoryWriter>();
        services.AddSingleton<IFleetObserver>(provider => provider.GetRequiredService<HistoryWriter>());
        services.AddHostedService(provider => provider.GetRequiredService<HistoryWriter>());
        services.AddSingleton<ITrafficHistory, TrafficHistory>();

        services.AddSingleton<PostgresEventStore>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<EventRecorder>(provider));
        services.AddSingleton<IFleetObserver>(provider => provider.GetRequiredService<EventRecorder>());
        services.AddHostedService(provider => provider.GetRequiredService<EventRecorder>());

        services.AddSingleton<HistoryUpkeep>();
        services.AddHostedService(provider => provider.GetRequiredService<HistoryUpkeep>());

        services.AddSingleton<HistoryReader>();
        services.AddSingleton<ITrafficReports, TrafficReports>();
        services.AddSingleton<ISessionReports, SessionReports>();
        services.AddSingleton<IEventReports, EventReports>();
        services.AddSingleton<HistoryExport>();
        return builder;
    }
}
