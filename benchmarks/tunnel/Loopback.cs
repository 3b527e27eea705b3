using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Benchmarks;

/// <summary>The other end is a process this one's parent started a moment ago: its certificate says nothing worth checking.</summary>
internal static class Loopback
{
    public static bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.Subject == "CN=localhost";
}
