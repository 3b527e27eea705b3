using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Client;
using Tunnel.Tests.Support;

namespace Tunnel.Tests.Client;

public sealed class TlsTrustTests
{
    [Fact]
    public async Task A_certificate_nobody_vouches_for_is_refused_with_the_reason() =>
        await AssertRefusedAsync(TestCertificates.Localhost, new TunnelTlsOptions(), "not valid");

    [Fact]
    public async Task An_expired_certificate_is_refused_with_its_dates()
    {
        using X509Certificate2 expired = TestCertificates.Create("localhost", DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(-1));

        await AssertRefusedAsync(expired, new TunnelTlsOptions { TrustedCertificates = [expired] }, "valid from");
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_with_both_names()
    {
        using X509Certificate2 other = TestCertificates.Create("other.example");

        await AssertRefusedAsync(other, new TunnelTlsOptions { TrustedCertificates = [other] }, "is for other.example and not for localhost");
    }

    [Fact]
    public async Task The_name_to_check_can_be_configured()
    {
        using X509Certificate2 other = TestCertificates.Create("other.example");
        await using TunnelLab lab = await TunnelLab.StartAsync();
        lab.Certificate = other;

        await lab.ConnectAsync(_ => Task.CompletedTask, options => options with { Tls = new TunnelTlsOptions { TrustedCertificates = [other], ServerName = "other.example" } });
    }

    [Fact]
    public async Task A_pinned_key_is_enough_and_another_one_is_refused()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        string pin = Convert.ToBase64String(SHA256.HashData(TestCertificates.Localhost.PublicKey.ExportSubjectPublicKeyInfo()));
        await lab.ConnectAsync(_ => Task.CompletedTask, options => options with { Tls = new TunnelTlsOptions { PinnedPublicKeys = [pin] } });

        using X509Certificate2 other = TestCertificates.Create("localhost");
        lab.Certificate = other;

        await using var client = new TunnelClient(lab.ClientOptions with { Handler = _ => Task.CompletedTask, Tls = new TunnelTlsOptions { PinnedPublicKeys = [pin] } });
        TunnelException reason = await Assert.ThrowsAsync<TunnelException>(async () => await client.ConnectAsync(Wait.Cancel).Soon());
        Assert.Contains("is not one of those pinned", reason.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Skipping_verification_is_possible_and_loud()
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();

        await lab.ConnectAsync(_ => Task.CompletedTask, options => options with { Tls = new TunnelTlsOptions { DangerousSkipVerification = true } });

        Assert.Contains(lab.Logs.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("CERTIFICATE IS NOT CHECKED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_that_changes_serves_the_next_client_and_disturbs_no_living_one()
    {
        using X509Certificate2 renewed = TestCertificates.Create("localhost");
        await using TunnelLab lab = await TunnelLab.StartAsync();
        TunnelClient living = await lab.ConnectAsync(_ => Task.CompletedTask);

        lab.Certificate = renewed;
        await lab.ConnectAsync(_ => Task.CompletedTask, options => options with { Tls = new TunnelTlsOptions { TrustedCertificates = [renewed] } });

        Assert.False(lab.Running(living).IsCompleted);
        for (int i = 0; i < 10; i++)
            await lab.GetTextAsync();
    }

    private static async Task AssertRefusedAsync(X509Certificate2 certificate, TunnelTlsOptions tls, string reason)
    {
        await using TunnelLab lab = await TunnelLab.StartAsync();
        lab.Certificate = certificate;
        await using var client = new TunnelClient(lab.ClientOptions with { Handler = _ => Task.CompletedTask, Tls = tls, Extensions = TunnelExtensions.Prefer });

        TunnelException failure = await Assert.ThrowsAsync<TunnelException>(async () => await client.ConnectAsync(Wait.Cancel).Soon());

        Assert.Equal(TunnelError.TlsFailed, failure.Error);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }
}
