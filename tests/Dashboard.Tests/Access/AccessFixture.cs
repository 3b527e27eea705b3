using Dashboard.Access;
using Dashboard.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dashboard.Tests.Access;

/// <summary>One application with an administrator, for tests that leave nothing behind; with endpoints that ask for each of the policies.</summary>
public sealed class AccessFixture : IAsyncLifetime
{
    internal AccessApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        App = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync(), map: MapProbes);

    public ValueTask DisposeAsync() => App.DisposeAsync();

    internal static void MapProbes(WebApplication app)
    {
        RouteGroupBuilder probes = app.MapGroup("/api/probe");
        probes.MapGet("/unmarked", () => "fallback");
        probes.MapGet("/view", () => "view").RequireAuthorization(Policies.View);
        probes.MapPost("/operate", () => "operate").RequireAuthorization(Policies.Operate);
        probes.MapPost("/administer", () => "administer").RequireAuthorization(Policies.Administer);
        probes.MapGet("/whoami", (HttpContext context) => context.User.Identity!.Name);
    }
}
