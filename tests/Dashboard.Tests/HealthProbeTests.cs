namespace Dashboard.Tests;

public sealed class HealthProbeTests
{
    [Theory]
    [InlineData("http://*:8080", "http://127.0.0.1:8080/healthz")]
    [InlineData("http://0.0.0.0:80", "http://127.0.0.1/healthz")]
    [InlineData("http://[::]:8080", "http://[::1]:8080/healthz")]
    [InlineData("https://dashboard.example:8443", "https://dashboard.example:8443/healthz")]
    public void A_wildcard_is_asked_on_its_loopback_address(string listening, string asked) =>
        Assert.Equal(new Uri(asked), HealthProbe.AddressOf(listening));
}
