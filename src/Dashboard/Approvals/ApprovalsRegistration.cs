using Dashboard.Fleet;

namespace Dashboard.Approvals;

internal static class ApprovalsRegistration
{
    /// <summary>To be called after the storage and before the fleet, whose loops ask the gates.</summary>
    public static void AddApprovals(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton<BlockFile>();
        services.AddSingleton<BlockList>();
        services.AddSingleton<IBlockStore, PostgresBlockStore>();
        services.AddHostedService<BlockKeeper>();
        services.AddSingleton<KnownNames>();
        services.AddHostedService(provider => provider.GetRequiredService<KnownNames>());
        services.AddSingleton<ClientGates>();
        services.AddSingleton<IClientGates>(provider => provider.GetRequiredService<ClientGates>());
        services.AddSingleton<IApprovals, ApprovalDesk>();
    }
}
