using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Access.SingleSignOn;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Dashboard.Tests.Access.SingleSignOn;

/// <summary>Which keys may sign a token, and by which algorithm: as the package checks it, held to what we allow.</summary>
public sealed class ProviderKeysTests
{
    private static readonly string[] s_algorithms = ["none", "", "HS256", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "rs256"];

    [Theory]
    [InlineData("P-256", "ES256", "SHA256")]
    [InlineData("P-384", "ES384", "SHA384")]
    [InlineData("P-521", "ES512", "SHA512")]
    public async Task A_curve_is_good_for_its_own_algorithm_and_for_no_other(string curve, string algorithm, string hash)
    {
        using ECDsa ec = ECDsa.Create(curve switch { "P-256" => ECCurve.NamedCurves.nistP256, "P-384" => ECCurve.NamedCurves.nistP384, _ => ECCurve.NamedCurves.nistP521 });
        ECParameters parameters = ec.ExportParameters(includePrivateParameters: false);
        object key = new { kty = "EC", crv = curve, x = Base64Url.EncodeToString(parameters.Q.X), y = Base64Url.EncodeToString(parameters.Q.Y) };

        Assert.Equal([algorithm], await ValidAsync(key, signed => ec.SignData(signed, new HashAlgorithmName(hash))));
    }

    [Theory]
    [InlineData("RS256", "SHA256", false)]
    [InlineData("RS384", "SHA384", false)]
    [InlineData("RS512", "SHA512", false)]
    [InlineData("PS256", "SHA256", true)]
    [InlineData("PS384", "SHA384", true)]
    [InlineData("PS512", "SHA512", true)]
    public async Task A_signature_is_right_under_its_own_algorithm_only(string algorithm, string hash, bool pss)
    {
        using var rsa = RSA.Create(2048);

        Assert.Equal([algorithm], await ValidAsync(RsaKey(rsa), signed => rsa.SignData(signed, new HashAlgorithmName(hash), pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public async Task A_key_for_one_algorithm_is_not_used_for_another()
    {
        using var rsa = RSA.Create(2048);

        Assert.Empty(await ValidAsync(RsaKey(rsa, "PS256"), signed => rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public void Keys_that_are_weak_or_for_something_else_or_malformed_are_passed_over()
    {
        using var weak = RSA.Create(1024);
        using var good = RSA.Create(2048);
        RSAParameters parameters = good.ExportParameters(includePrivateParameters: false);

        Assert.Empty(Usable(
            RsaKey(weak),
            new { kty = "RSA", use = "enc", n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent) },
            new { kty = "RSA", n = "!", e = "AQAB" },
            new { kty = "oct", k = "c2VjcmV0" },
            new { kty = "EC", crv = "secp256k1", x = "AAAA", y = "AAAA" }));
    }

    private static object RsaKey(RSA rsa, string? alg = null)
    {
        RSAParameters key = rsa.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", alg, n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) };
    }

    private static JsonWebKey[] Usable(params object[] keys) => [.. ProviderKeys.Usable(new JsonWebKeySet(JsonSerializer.Serialize(new { keys })))];

    // The algorithms that a token may name in its header so that this signature is taken.
    private static async Task<List<string>> ValidAsync(object key, Func<byte[], byte[]> sign)
    {
        TokenValidationParameters parameters = new()
        {
            IssuerSigningKeys = Usable(key),
            AlgorithmValidator = static (algorithm, key, _, _) => ProviderKeys.IsFor(algorithm, key),
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        };
        List<string> valid = [];
        foreach (string algorithm in s_algorithms)
        {
            string signed = FakeProvider.Part(new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" }) + "." + FakeProvider.Part(new JsonObject { ["sub"] = "ada" });
            string token = signed + "." + Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)));
            if ((await new JsonWebTokenHandler().ValidateTokenAsync(token, parameters)).IsValid)
                valid.Add(algorithm);
        }
        return valid;
    }
}
