using Dashboard.Fleet.Operations;
using Dashboard.Fleet.PassThrough;
using Dashboard.Live;

using Microsoft.Extensions.Options;

namespace Dashboard.Fleet;

internal static class FleetRegistration
{
    public static void AddFleet(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<FleetOptions>().Bind(builder.Configuration.GetSection("Dashboard")).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<FleetOptions>, FleetOptionsValidator>();
        builder.Services.AddSingleton<LiveStore>();
        builder.Services.AddSingleton<FleetService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<FleetService>());
        builder.Services.AddHostedService<PassThroughService>();
        builder.Services.AddSingleton<IServerOperations, ServerOperations>();
    }
}
