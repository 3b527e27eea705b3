using Microsoft.IdentityModel.Tokens;

namespace Dashboard.Access.SingleSignOn;

/// <summary>Which of the keys that a provider publishes may sign, and with which algorithm.</summary>
internal static class ProviderKeys
{
    private const int MinRsaBits = 2048;

    private static readonly Dictionary<string, string> s_curves = new(StringComparer.Ordinal)
    {
        [SecurityAlgorithms.EcdsaSha256] = JsonWebKeyECTypes.P256,
        [SecurityAlgorithms.EcdsaSha384] = JsonWebKeyECTypes.P384,
        [SecurityAlgorithms.EcdsaSha512] = JsonWebKeyECTypes.P521,
    };

    private static readonly HashSet<string> s_rsaAlgorithms = new(StringComparer.Ordinal)
    {
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
    };

    /// <summary>Public keys for signatures that are strong and well-formed; all others are passed over.</summary>
    public static IEnumerable<JsonWebKey> Usable(JsonWebKeySet keys) => keys.Keys.Where(IsUsable);

    /// <summary>Whether a signature by this algorithm can be one of this key. A secret key, or none, is never right.</summary>
    public static bool IsFor(string algorithm, SecurityKey key) =>
        key is JsonWebKey published
        && (string.IsNullOrEmpty(published.Alg) || published.Alg == algorithm)
        && (published.Kty == JsonWebAlgorithmsKeyTypes.RSA ? s_rsaAlgorithms.Contains(algorithm) : s_curves.TryGetValue(algorithm, out string? curve) && curve == published.Crv);

    private static bool IsUsable(JsonWebKey key)
    {
        if (key.Use is not (null or "" or JsonWebKeyUseNames.Sig))
            return false;
        try
        {
            return key.Kty switch
            {
                JsonWebAlgorithmsKeyTypes.RSA => key.KeySize >= MinRsaBits,
                JsonWebAlgorithmsKeyTypes.EllipticCurve => s_curves.ContainsValue(key.Crv),
                _ => false,
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
