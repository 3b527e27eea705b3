using System.Security.Cryptography;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access;

/// <summary>The hash of a password that nobody knows: what is checked when there is no user, so that the answer takes as long.</summary>
internal sealed class DecoyHash(IServiceScopeFactory scopes)
{
    private readonly Lazy<string> _hash = new(() =>
    {
        using IServiceScope scope = scopes.CreateScope();
        return scope.ServiceProvider.GetRequiredService<IPasswordHasher<DashboardUser>>()
            .HashPassword(new DashboardUser(), RandomNumberGenerator.GetHexString(32));
    });

    public DashboardUser User { get; } = new();

    public string Hash => _hash.Value;
}
