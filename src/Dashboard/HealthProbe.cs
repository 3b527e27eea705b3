using System.Globalization;
using System.Net;

using Dashboard.Settings;

namespace Dashboard;

/// <summary>
/// <c>dashboard health</c>: asks the dashboard that runs with the same configuration whether it is alive. For health checks
/// of containers, whose images hold nothing else that could ask.
/// </summary>
internal static class HealthProbe
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    /// <returns>The exit code: 0 when it is alive.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.AddDashboardConfiguration(args);
        Uri address = AddressOf(ConfigurationSetup.Urls(builder.Configuration)[0]);
#pragma warning disable MA0039 // whom we ask is the process beside us, and we tell it nothing; its certificate carries a name for others
        using HttpClientHandler handler = new() { UseProxy = false, ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
#pragma warning restore MA0039
        using HttpClient client = new(handler) { Timeout = s_patience };
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(address);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{address}: {(int)answer.StatusCode}"));
            return answer.StatusCode is HttpStatusCode.OK ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            Console.WriteLine($"{address}: {e.Message}");
            return 1;
        }
    }

    /// <summary>Where an address that is listened on is reached from this machine: every address of it answers on its loopback, too.</summary>
    internal static Uri AddressOf(string url)
    {
        BindingAddress address = BindingAddress.Parse(url);
        string host = address.Host switch
        {
            "*" or "+" or "0.0.0.0" => "127.0.0.1",
            "[::]" => "[::1]",
            var other => other,
        };
        return new UriBuilder(address.Scheme, host, address.Port, "/healthz").Uri;
    }
}
