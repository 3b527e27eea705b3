using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Api;

/// <summary>
/// Enums as their exact names: <c>untilLifted</c>, and <c>SIGUSR1</c> as OpenVPN writes it. The framework's own converter also takes
/// other cases, blanks around a name, and several names, of which it makes a third.
/// </summary>
internal sealed class ExactEnumConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly FrozenDictionary<T, string> s_names = Enum.GetValues<T>().ToFrozenDictionary(value => value, value => NameOf(value.ToString()));
        private static readonly FrozenDictionary<string, T> s_values = s_names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.String && s_values.TryGetValue(reader.GetString()!, out T value) ? value : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(s_names[value]);

        private static string NameOf(string member) => member.Any(char.IsLower) ? JsonNamingPolicy.CamelCase.ConvertName(member) : member;
    }
}
