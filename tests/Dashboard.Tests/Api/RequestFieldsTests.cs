using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

using Dashboard.Access.Audit;
using Dashboard.Api;
using Dashboard.Tests.Fleet.Operations;

using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Tests.Api;

/// <summary>
/// Every route that takes a body, with every field of it left out, null, of another type, nearly right, and more than one: nothing acts on
/// what was not said. What the fields are is read from the routes, so that a new one is among them.
/// </summary>
public sealed class RequestFieldsTests : IAsyncLifetime
{
    private static readonly NullabilityInfoContext s_nullability = new();

    private readonly OperationsApp _lab = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _lab.InitializeAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Nothing_acts_on_what_was_not_said()
    {
        string session = OperationsApp.Text((await _lab.ClientsAsync())[0], "session")!;
        string waiting = await _lab.WaitingAsync(9, "bob");
        await _lab.HeardUpToNowAsync();
        List<string> wrong = [];
        List<(string Path, string Body)> right = [];
        foreach ((string route, Type type) in Routes())
        {
            string path = Address(route, session, waiting);
            JsonObject good = Good(type);
            right.Add((path, good.ToJsonString()));
            foreach ((string? field, string body) in Bad(type, good))
            {
                using HttpResponseMessage response = await PostAsync(path, body);
                string answer = await response.Content.ReadAsStringAsync(Cancel);
                if (response.StatusCode is not HttpStatusCode.BadRequest || answer.Contains("Dashboard.", StringComparison.Ordinal) || (field is not null && !answer.Contains($"'{field}'", StringComparison.Ordinal)))
                    wrong.Add($"{route} {body}: {response.StatusCode} {answer}");
            }
        }

        Assert.Empty(wrong);
        Assert.DoesNotContain(await _lab.HeardUpToNowAsync(), static line => !OperationsApp.IsWatching(line));
        Assert.Empty(await _lab.ReadAsync("/api/v1/blocks"));
        Assert.Single(await _lab.ReadAsync("/api/v1/approvals"));
        Assert.Empty(await _lab.App.QueryAsync(static database => database.Set<AuditRecord>().Where(static record => record.Action != "hold").Select(static record => record.Action).ToListAsync(Cancel)));

        // What is wrong with them is what was changed: the same requests with nothing wrong are taken.
        Assert.True(right.Count >= 10, $"Only {right.Count} routes take a body.");
        foreach ((string path, string body) in right)
        {
            using HttpResponseMessage response = await PostAsync(path, body);
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{path} {body}: {response.StatusCode} {await response.Content.ReadAsStringAsync(Cancel)}");
        }
    }

    [Fact]
    public async Task A_confirmation_is_not_given_by_an_answer_that_chooses_nothing()
    {
        await _lab.Daemon.SayAsync(">NEED-OK:Need 'token-insertion-request' confirmation MSG:Please insert your token\r\n", Cancel);
        JsonElement question = (await TestWait.ReadAsync(() => _lab.ReadAsync("/api/v1/servers/paris/questions"), static questions => questions.Length == 1))[0];
        await _lab.HeardUpToNowAsync();

        using HttpResponseMessage response = await PostAsync($"/api/v1/servers/paris/questions/{OperationsApp.Text(question, "id")}", "{}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain(await _lab.HeardUpToNowAsync(), static line => line.StartsWith("needok", StringComparison.Ordinal));
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body) =>
        _lab.Api.PostAsync(path, new StringContent(body, MediaTypeHeaderValue.Parse("application/json")), Cancel);

    private IEnumerable<(string Route, Type Type)> Routes() =>
        from endpoint in _lab.App.Endpoints
        where endpoint.RoutePattern.RawText!.Contains("api/v1", StringComparison.Ordinal)
        let body = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType
        where body is not null
        select (endpoint.RoutePattern.RawText!, body);

    private static string Address(string route, string session, string waiting) => route
        .Replace("{server}", "paris", StringComparison.Ordinal)
        .Replace("{session}", session, StringComparison.Ordinal)
        .Replace("{id:guid}", route.Contains("approvals", StringComparison.Ordinal) ? waiting : Guid.NewGuid().ToString(), StringComparison.Ordinal);

    private static PropertyInfo[] Fields(Type type) => [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)];

    private static string NameOf(PropertyInfo field) => JsonNamingPolicy.CamelCase.ConvertName(field.Name);

    private static JsonObject Good(Type type) => new(Fields(type).Select(static field => KeyValuePair.Create(NameOf(field), (JsonNode?)(field.Name switch
    {
        "Session" => null,
        "Server" => "paris",
        "For" when field.PropertyType == typeof(string) => "00:15:00",
        "BlockFor" => "00:15:00",
        "BlockName" => "alice",
        "Action" when Kind(field) == typeof(SlotAction) => "take",
        "Signal" => "SIGUSR2",
        "Remember" => false,
        _ when Kind(field) == typeof(TimeSpan) => "00:10:00",
        _ when Kind(field) == typeof(int) => 4,
        _ when Kind(field).IsEnum => JsonNamingPolicy.CamelCase.ConvertName(Enum.GetNames(Kind(field))[0]),
        _ => "x",
    }))));

    private static Type Kind(PropertyInfo field) => Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType;

    /// <param name="good">A request with nothing wrong.</param>
    /// <returns>Bodies, each with one thing wrong, and the field whose name the answer has to say.</returns>
    private static IEnumerable<(string? Field, string Body)> Bad(Type type, JsonObject good)
    {
        PropertyInfo[] fields = Fields(type);
        if (fields.Any(field => IsRequired(type, field)))
        {
            yield return (fields.Where(field => IsRequired(type, field)).Select(NameOf).First(), "{}");
            yield return (null, "");
        }
        foreach (string body in (string[])["[]", "1", "\"x\"", "null x", $"{good.ToJsonString()} x", $"{good.ToJsonString()}{{}}", good.ToJsonString()[..^1]])
            yield return (null, body);
        yield return ("surprise", With(good, "surprise", "1"));
        foreach (PropertyInfo field in fields)
        {
            string name = NameOf(field);
            string value = good[name]?.ToJsonString() ?? "null";
            if (IsRequired(type, field))
                yield return (name, new JsonObject(good.Where(pair => pair.Key != name).Select(static pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))).ToJsonString());
            yield return (null, $"{{\"{name}\":{value},{good.ToJsonString()[1..]}"); // twice
            yield return (field.Name, new JsonObject(good.Select(pair => KeyValuePair.Create(pair.Key == name ? field.Name : pair.Key, pair.Value?.DeepClone()))).ToJsonString());
            if (!IsNullable(field))
                yield return (name, With(good, name, "null"));
            foreach (string other in Wrong(field, value))
                yield return (name, With(good, name, other));
        }
    }

    private static IEnumerable<string> Wrong(PropertyInfo field, string value)
    {
        string[] any = ["{}", "[]", $"[{value}]"];
        string text = value.Trim('"');
        return any.Concat(
            Kind(field) == typeof(int) ? ["\"4\"", "4.5", "true", "1e99", "\"\""]
            : Kind(field) == typeof(bool) ? ["\"true\"", "1", "0", "\"\""]
            : Kind(field).IsEnum ? ["0", "\"0\"", "\"\"", "true", $"\" {text}\"", $"\"{text} \"", $"\"{text},{text}\"", $"\"{text}, SIGHUP\"", $"\"{Flipped(text)}\"", $"\"{text}\\n\""]
            : Kind(field) == typeof(TimeSpan) ? ["600", "\"\"", "\" 00:10:00\"", "\"00:10:00 \"", "\"soon\"", "true"]
            : field.GetCustomAttribute<JsonConverterAttribute>() is not null ? ["1", "true"] // taken as it is
            : ["1", "true", "\" x\"", "\"x \"", "\"x\\n\"", "\"x\\r\\ny\"", "\"\\u0000x\"", "\"\\u00a0x\"", "\"x\\u2028\""]);
    }

    private static string Flipped(string text) => string.Concat(text.Select(static letter => char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter)));

    private static string With(JsonObject good, string field, string value)
    {
        JsonObject copy = good.DeepClone().AsObject();
        copy[field] = JsonNode.Parse(value);
        return copy.ToJsonString();
    }

    private static bool IsRequired(Type type, PropertyInfo field) =>
        type.GetConstructors().SelectMany(static constructor => constructor.GetParameters()).Any(parameter => parameter.Name == field.Name && !parameter.HasDefaultValue);

    private static bool IsNullable(PropertyInfo field) => s_nullability.Create(field).WriteState is NullabilityState.Nullable;
}
