using Dashboard.History;

using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

using Npgsql;

namespace Dashboard.Storage;

/// <summary>Puts the database into the application.</summary>
internal static class StorageRegistration
{
    /// <summary>
    /// To be called before the features that use the database: hosted services stop in reverse order, and PostgreSQL is to
    /// end when everybody has written.
    /// </summary>
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<HistoryOptions>().BindConfiguration(HistoryOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HistoryOptions>, HistoryOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(InstallationRoot.From(builder.Configuration, builder.Environment));

        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning); // else every query is a diary entry

        services.AddSingleton<EmbeddedPostgres>();
        services.AddSingleton(CreateDataSource);
        services.Configure<IdentityOptions>(IdentitySchema.Configure);
        services.AddDbContextFactory<DashboardDbContext>((provider, options) =>
            options.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>(), postgres => postgres.SetPostgresVersion(15, 0)));
        services.AddSingleton<StorageState>();
        services.AddHostedService(provider => new StorageService(
            provider.GetRequiredService<StorageState>(),
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<IDbContextFactory<DashboardDbContext>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StorageService>>(),
            Embedded(provider)));
        return builder;
    }

    /// <summary>Null where the configuration names a PostgreSQL.</summary>
    private static EmbeddedPostgres? Embedded(IServiceProvider services) =>
        string.IsNullOrWhiteSpace(services.GetRequiredService<IOptions<HistoryOptions>>().Value.ConnectionString) ? services.GetRequiredService<EmbeddedPostgres>() : null;

    private static NpgsqlDataSource CreateDataSource(IServiceProvider services)
    {
        HistoryOptions options = services.GetRequiredService<IOptions<HistoryOptions>>().Value;
        NpgsqlDataSourceBuilder builder = new(Embedded(services)?.ConnectionString ?? options.ConnectionString);
        builder.ConnectionStringBuilder.ApplicationName ??= "openvpn-dashboard";
        return builder.Build();
    }
}
