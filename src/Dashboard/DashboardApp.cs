using Dashboard.Access;
using Dashboard.Components;
using Dashboard.Storage;

namespace Dashboard;

/// <summary>Composes the application: the one place where the features are put together.</summary>
internal static class DashboardApp
{
    public static WebApplication Create(WebApplicationOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(options);
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.AddStorage();
        builder.AddAccess();
        configure?.Invoke(builder);

        WebApplication app = builder.Build();
        app.MapAccess();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymousAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}
