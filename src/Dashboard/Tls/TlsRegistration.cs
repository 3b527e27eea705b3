using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Dashboard.Tls;

internal static class TlsRegistration
{
    /// <summary>Serves the <c>https</c> addresses with the certificate of the configuration.</summary>
    public static void AddTls(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<TlsOptions>().BindConfiguration(TlsOptions.SectionName).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<TlsOptions>, TlsOptionsValidator>();
        builder.Services.AddSingleton<CertificateFiles>();
        // A browser that has been here by https comes by https from then on. Not preloaded, and no say over other names.
        builder.Services.AddHsts(static options => options.MaxAge = TimeSpan.FromDays(180));
        builder.Services.AddOptions<KestrelServerOptions>().Configure<CertificateFiles>(static (kestrel, files) =>
            kestrel.ConfigureHttpsDefaults(https =>
            {
                https.ServerCertificateSelector = (_, _) => files.Current.TargetCertificate; // Kestrel does not start without
                https.OnAuthenticate = (_, tls) => (tls.ServerCertificateSelectionCallback, tls.ServerCertificateContext) = (null, files.Current); // with its chain
            }));
    }
}
