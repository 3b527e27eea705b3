using Dashboard.Access;
using Dashboard.Components.Controls;
using Dashboard.Components.Viewing;

using Microsoft.AspNetCore.Diagnostics;

using MudBlazor.Services;

namespace Dashboard.Components;

/// <summary>Puts the screens into the application.</summary>
internal static class ComponentsSetup
{
    public static IServiceCollection AddComponents(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddExceptionHandler<ProblemForPrograms>();
        services.AddResponseCompression(static options =>
        {
            // The build compresses static files, but not under the names of a package's files that carry their hash.
            options.MimeTypes = ["text/html", "text/css", "text/javascript"];
            options.EnableForHttps = true;
        });
        services.AddMudServices(static options => options.PopoverOptions.ModalOverlay = false); // a click beside an open list does what it says
        services.AddScoped<ViewerClock>();
        services.AddScoped<Confirmation>();
        services.AddScoped<Toasts>();
        services.AddScoped<ConsoleHistory>();
        return services;
    }

    /// <summary>
    /// Compresses pages, and gives errors and unknown addresses pages of their own, where a page was asked for; a program gets problem details.
    /// Comes before everything that may fail.
    /// </summary>
    public static void UseErrorPages(this WebApplication app)
    {
        // A secret in a page could be guessed from its compressed length. These pages show secrets; in all others every token is encrypted anew each time.
        app.UseWhen(static context => !context.Request.Path.StartsWithSegments("/account", StringComparison.OrdinalIgnoreCase), static pages => pages.UseResponseCompression());
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use(static (context, next) =>
        {
            if (!AccessResponses.WantsPage(context) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
                pages.Enabled = false;
            return next(context);
        });
    }
}
