using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Dashboard.Access.SingleSignOn;

/// <summary>A public key with which the identity provider's signatures are checked (RFC 7517, RFC 7518 section 6).</summary>
internal sealed class SigningKey
{
    private const int MinRsaBits = 2048;

    private readonly string? _algorithm;
    private readonly RSAParameters? _rsa;
    private readonly ECParameters? _ec;
    private readonly string? _curve;

    private SigningKey(JsonElement key, RSAParameters? rsa, ECParameters? ec, string? curve)
    {
        (Id, _algorithm) = (Text(key, "kid"), Text(key, "alg"));
        (_rsa, _ec, _curve) = (rsa, ec, curve);
    }

    public string? Id { get; }

    /// <summary>The keys of a key set that can be used here; others are passed over.</summary>
    public static IReadOnlyList<SigningKey> ReadSet(JsonElement document) =>
        document.ValueKind is JsonValueKind.Object && document.TryGetProperty("keys", out JsonElement keys) && keys.ValueKind is JsonValueKind.Array
            ? [.. keys.EnumerateArray().Select(Read).OfType<SigningKey>()]
            : throw new IdentityProviderException("The provider's key set is none.");

    /// <summary>
    /// Whether the signature is right. The key decides which algorithms it is good for; "none", and those that would
    /// make a secret of a public key (HS256 …), are good for no key.
    /// </summary>
    public bool Verifies(string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (_algorithm is not null && !string.Equals(_algorithm, algorithm, StringComparison.Ordinal))
            return false;
        return algorithm switch
        {
            "RS256" => VerifiesRsa(HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, signed, signature),
            "RS384" => VerifiesRsa(HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1, signed, signature),
            "RS512" => VerifiesRsa(HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1, signed, signature),
            "PS256" => VerifiesRsa(HashAlgorithmName.SHA256, RSASignaturePadding.Pss, signed, signature),
            "PS384" => VerifiesRsa(HashAlgorithmName.SHA384, RSASignaturePadding.Pss, signed, signature),
            "PS512" => VerifiesRsa(HashAlgorithmName.SHA512, RSASignaturePadding.Pss, signed, signature),
            "ES256" => VerifiesEc("P-256", HashAlgorithmName.SHA256, signed, signature),
            "ES384" => VerifiesEc("P-384", HashAlgorithmName.SHA384, signed, signature),
            "ES512" => VerifiesEc("P-521", HashAlgorithmName.SHA512, signed, signature),
            _ => false,
        };
    }

    private bool VerifiesRsa(HashAlgorithmName hash, RSASignaturePadding padding, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (_rsa is not { } parameters)
            return false;
        using var rsa = RSA.Create(parameters);
        return rsa.VerifyData(signed, signature, hash, padding);
    }

    private bool VerifiesEc(string curve, HashAlgorithmName hash, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (_ec is not { } parameters || _curve != curve)
            return false;
        using var ec = ECDsa.Create(parameters);
        return ec.VerifyData(signed, signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static SigningKey? Read(JsonElement key)
    {
        try
        {
            if (key.ValueKind is not JsonValueKind.Object || Text(key, "use") is not (null or "sig"))
                return null;
            switch (Text(key, "kty"))
            {
                case "RSA":
                    var rsa = new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") };
                    using (var proof = RSA.Create(rsa))
                        return proof.KeySize >= MinRsaBits ? new SigningKey(key, rsa, ec: null, curve: null) : null;
                case "EC" when Text(key, "crv") is { } curve && CurveOf(curve) is { } named:
                    var ec = new ECParameters { Curve = named, Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") } };
                    using (ECDsa.Create(ec)) // refuses what is no point of the curve
                        return new SigningKey(key, rsa: null, ec, curve);
                default:
                    return null;
            }
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static ECCurve? CurveOf(string name) => name switch
    {
        "P-256" => ECCurve.NamedCurves.nistP256,
        "P-384" => ECCurve.NamedCurves.nistP384,
        "P-521" => ECCurve.NamedCurves.nistP521,
        _ => null,
    };

    private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars(Text(key, name) ?? throw new FormatException());

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
