using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Dashboard.Storage;

/// <summary>For <c>dotnet ef migrations add</c>, which compares models and needs no database.</summary>
internal sealed class DashboardDbContextDesignTimeFactory : IDesignTimeDbContextFactory<DashboardDbContext>
{
    public DashboardDbContext CreateDbContext(string[] args)
    {
        IServiceProvider services = new ServiceCollection().Configure<IdentityOptions>(IdentitySchema.Configure).BuildServiceProvider();
        return new DashboardDbContext(new DbContextOptionsBuilder<DashboardDbContext>()
            .UseApplicationServiceProvider(services)
            .UseNpgsql("Host=design-time")
            .Options);
    }
}
