using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Dashboard.Access.SingleSignOn;

/// <summary>A signed token in its compact form (RFC 7515, RFC 7519): header, claims and signature, of which nothing is believed yet.</summary>
internal sealed class SignedToken
{
    private const int MaxLength = 64 * 1024;

    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private SignedToken(string algorithm, string? keyId, JsonElement claims, byte[] signed, byte[] signature)
    {
        (Algorithm, KeyId, Claims) = (algorithm, keyId, claims);
        (_signed, _signature) = (signed, signature);
    }

    public string Algorithm { get; }

    /// <summary>The key that it says it was signed with; null when it does not say.</summary>
    public string? KeyId { get; }

    public JsonElement Claims { get; }

    /// <summary>Null when it is no such token.</summary>
    public static SignedToken? Parse(string? text)
    {
        if (text is null || text.Length > MaxLength || text.Split('.') is not [var header, var payload, var signature])
            return null;
        try
        {
            JsonElement head = Json(header);
            JsonElement claims = Json(payload);
            // "crit" names extensions that must be understood, and none is.
            if (head.ValueKind is not JsonValueKind.Object || claims.ValueKind is not JsonValueKind.Object
                || head.TryGetProperty("crit", out _)
                || !head.TryGetProperty("alg", out JsonElement algorithm) || algorithm.ValueKind is not JsonValueKind.String)
                return null;
            string? keyId = head.TryGetProperty("kid", out JsonElement kid) && kid.ValueKind is JsonValueKind.String ? kid.GetString() : null;
            return new SignedToken(algorithm.GetString()!, keyId, claims, Encoding.ASCII.GetBytes($"{header}.{payload}"), Base64Url.DecodeFromChars(signature));
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    public bool IsSignedBy(SigningKey key) => key.Verifies(Algorithm, _signed, _signature);

    private static JsonElement Json(string part)
    {
        using JsonDocument document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), new JsonDocumentOptions { AllowDuplicateProperties = false });
        return document.RootElement.Clone();
    }
}
