namespace Dashboard.Access.Audit;

internal static class AuditRegistration
{
    /// <summary>To be called after the storage and before whatever is put on record: hosted services stop in reverse order, and the last entries are to be written.</summary>
    public static void AddAudit(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IAuditStore, PostgresAuditStore>();
        builder.Services.AddSingleton<AuditTrail>();
        builder.Services.AddSingleton<IAuditTrail>(services => services.GetRequiredService<AuditTrail>());
        builder.Services.AddSingleton<AccountTrail>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AuditTrail>());
    }
}
