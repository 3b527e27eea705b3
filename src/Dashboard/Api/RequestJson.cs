using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Api;

/// <summary>
/// How a request is read: what it does not say, nobody does for it. A field that is left out or null where it may not be, one that is not
/// known or there twice, a name that is only nearly right and a text with blanks or control characters around it are refused.
/// </summary>
internal static class RequestJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new ExactEnumConverter());
        options.Converters.Add(new PlainTextConverter());
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectRequiredConstructorParameters = true;
        options.RespectNullableAnnotations = true;
        options.AllowDuplicateProperties = false;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
    }
}
