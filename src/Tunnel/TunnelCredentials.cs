using System.Buffers;
using System.Text.Json;

namespace Tunnel;

/// <summary>What a client says on the control stream (Go: Auth): <c>{"token":"…","domain":"…"}</c>, without a length or an end mark.</summary>
internal sealed record TunnelCredentials(string Token, string Domain)
{
    /// <summary>Longest object a server reads, in bytes.</summary>
    public const int MaxSize = 4 * 1024;

    private static readonly JsonReaderOptions s_reading = new() { MaxDepth = 2 };

    // Never show the token, whatever prints this.
    public override string ToString() => $"{nameof(TunnelCredentials)} {{ Domain = {Domain} }}";

    public byte[] ToUtf8Json()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("token", Token);
            json.WriteString("domain", Domain);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Reads one object from what has arrived so far: null while it is not complete. As in Go, member names match in any case, unknown
    /// members are passed over, the last of two equal ones counts, and what follows the object is nobody's business.
    /// </summary>
    /// <exception cref="JsonException">It is not such an object, and no further bytes can make it one.</exception>
    public static TunnelCredentials? Parse(ReadOnlySpan<byte> received)
    {
        var reader = new Utf8JsonReader(received, isFinalBlock: false, new JsonReaderState(s_reading));
        if (!reader.Read())
            return null;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("The credentials are not an object.");
        string token = "", domain = "";
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
                return new TunnelCredentials(token, domain);
            string name = reader.GetString()!;
            if (!reader.Read())
                return null;
            if (name.Equals("token", StringComparison.OrdinalIgnoreCase))
                token = ReadText(ref reader, token);
            else if (name.Equals("domain", StringComparison.OrdinalIgnoreCase))
                domain = ReadText(ref reader, domain);
            else if (!reader.TrySkip())
                return null;
        }

        return null;
    }

    private static string ReadText(ref Utf8JsonReader reader, string before) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,
        JsonTokenType.Null => before,
        _ => throw new JsonException("A credential is not a text."),
    };
}
