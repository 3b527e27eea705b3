using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dashboard.Access.SingleSignOn;

namespace Dashboard.Tests.Access.SingleSignOn;

public sealed class SigningKeyTests
{
    private static readonly byte[] s_text = Encoding.ASCII.GetBytes("header.payload");

    [Theory]
    [InlineData("P-256", "ES256", "SHA256")]
    [InlineData("P-384", "ES384", "SHA384")]
    [InlineData("P-521", "ES512", "SHA512")]
    public void A_curve_is_good_for_its_own_algorithm_and_for_no_other(string curve, string algorithm, string hash)
    {
        using ECDsa ec = ECDsa.Create(curve switch { "P-256" => ECCurve.NamedCurves.nistP256, "P-384" => ECCurve.NamedCurves.nistP384, _ => ECCurve.NamedCurves.nistP521 });
        ECParameters parameters = ec.ExportParameters(includePrivateParameters: false);
        SigningKey key = Assert.Single(Read(new { kty = "EC", crv = curve, x = Base64Url.EncodeToString(parameters.Q.X), y = Base64Url.EncodeToString(parameters.Q.Y) }));
        byte[] signature = ec.SignData(s_text, new HashAlgorithmName(hash));

        Assert.Equal([algorithm], s_algorithms.Where(name => key.Verifies(name, s_text, signature)));
    }

    [Theory]
    [InlineData("RS256", "SHA256", false)]
    [InlineData("RS384", "SHA384", false)]
    [InlineData("RS512", "SHA512", false)]
    [InlineData("PS256", "SHA256", true)]
    [InlineData("PS384", "SHA384", true)]
    [InlineData("PS512", "SHA512", true)]
    public void A_signature_is_right_under_its_own_algorithm_only(string algorithm, string hash, bool pss)
    {
        using var rsa = RSA.Create(2048);
        SigningKey key = Assert.Single(Read(RsaKey(rsa)));
        byte[] signature = rsa.SignData(s_text, new HashAlgorithmName(hash), pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);

        Assert.Equal([algorithm], s_algorithms.Where(name => key.Verifies(name, s_text, signature)));
    }

    [Fact]
    public void A_key_for_one_algorithm_is_not_used_for_another()
    {
        using var rsa = RSA.Create(2048);
        RSAParameters key = rsa.ExportParameters(includePrivateParameters: false);
        SigningKey read = Assert.Single(Read(new { kty = "RSA", alg = "PS256", n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) }));

        Assert.False(read.Verifies("RS256", s_text, rsa.SignData(s_text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public void Keys_that_are_weak_or_for_something_else_or_malformed_are_passed_over()
    {
        using var weak = RSA.Create(1024);
        using var good = RSA.Create(2048);
        RSAParameters parameters = good.ExportParameters(includePrivateParameters: false);

        IReadOnlyList<SigningKey> keys = Read(
            RsaKey(weak),
            new { kty = "RSA", use = "enc", n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent) },
            new { kty = "RSA", n = "!", e = "AQAB" },
            new { kty = "oct", k = "c2VjcmV0" },
            new { kty = "EC", crv = "P-256", x = "AAAA", y = "AAAA" },
            new { kty = "EC", crv = "secp256k1", x = "AAAA", y = "AAAA" },
            "a text",
            new { kty = 1 });

        Assert.Empty(keys);
    }

    private static readonly string[] s_algorithms = ["none", "", "HS256", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "rs256"];

    private static object RsaKey(RSA rsa)
    {
        RSAParameters key = rsa.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) };
    }

    private static IReadOnlyList<SigningKey> Read(params object[] keys) => SigningKey.ReadSet(JsonSerializer.SerializeToElement(new { keys }));
}
