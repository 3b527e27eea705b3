using Microsoft.AspNetCore.Identity;

namespace Dashboard.Storage;

/// <summary>A person who may sign in.</summary>
public sealed class DashboardUser : IdentityUser<Guid>;
