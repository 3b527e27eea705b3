using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Dashboard.Tests.Access.SingleSignOn;

/// <summary>An identity provider on a free port that lets everybody in as <see cref="Claims"/> says, and lies on request.</summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    public const string ClientId = "dashboard";
    public const string ClientSecret = "client-secret-0123456789";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (string Nonce, string Challenge)> _codes = new(StringComparer.Ordinal);

    private readonly TimeProvider _clock;

    private FakeProvider(TimeProvider clock)
    {
        _clock = clock;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapGet("/.well-known/openid-configuration", () => IsAway ? Results.StatusCode(503) : Results.Json(Discovery()));
        _app.MapGet("/keys", () => Results.Json(new { keys = Keys.Select(PublicKey).Concat(OddKeys).ToArray() }));
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", TokenAsync);
        _app.MapGet("/userinfo", () => Results.Json(AboutThePerson()));
    }

    public string Address { get; private set; } = "";

    public bool IsAway { get; set; }

    /// <summary>The keys that it publishes, the last of which signs.</summary>
    public List<(string Id, RSA Key)> Keys { get; } = [("k1", RSA.Create(2048))];

    /// <summary>What it publishes beside its keys.</summary>
    public List<object> OddKeys { get; } = [];

    /// <summary>What is said of the person, beside what every token has.</summary>
    public JsonObject Claims { get; private set; } = [];

    public JsonObject UserInfo { get; private set; } = [];

    /// <summary>Changes the claims of an ID token before it is signed.</summary>
    public Action<JsonObject> Tamper { get; set; } = static _ => { };

    /// <summary>Changes the ID token itself.</summary>
    public Func<string, string> Forge { get; set; } = static token => token;

    /// <summary>Changes what it says of itself.</summary>
    public Action<JsonObject> Misdescribe { get; set; } = static _ => { };

    /// <summary>The query of the last request for a sign-in.</summary>
    public Dictionary<string, string> Asked { get; } = new(StringComparer.Ordinal);

    public static async Task<FakeProvider> StartAsync(TimeProvider clock)
    {
        var provider = new FakeProvider(clock);
        provider.Reset();
        await provider._app.StartAsync(TestContext.Current.CancellationToken);
        provider.Address = provider._app.Urls.First();
        return provider;
    }

    /// <summary>Honest again, about somebody who is an administrator.</summary>
    public void Reset()
    {
        IsAway = false;
        OddKeys.Clear();
        Claims = new() { ["sub"] = "248289761001", ["preferred_username"] = "ada", ["groups"] = new JsonArray("vpn-admins", "staff") };
        UserInfo = [];
        Tamper = Misdescribe = static _ => { };
        Forge = static token => token;
    }

    public string Sign(JsonObject claims, string algorithm = "RS256")
    {
        (string id, RSA key) = Keys[^1];
        string signed = Part(new JsonObject { ["alg"] = algorithm, ["kid"] = id, ["typ"] = "JWT" }) + "." + Part(claims);
        return signed + "." + Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Keys.ForEach(static pair => pair.Key.Dispose());
    }

    private JsonObject AboutThePerson()
    {
        JsonObject person = new() { ["sub"] = Claims["sub"]!.DeepClone() };
        foreach ((string name, JsonNode? value) in UserInfo)
            person[name] = value?.DeepClone();
        return person;
    }

    private JsonObject Discovery()
    {
        var document = new JsonObject
        {
            ["issuer"] = Address,
            ["authorization_endpoint"] = Address + "/authorize",
            ["token_endpoint"] = Address + "/token",
            ["jwks_uri"] = Address + "/keys",
            ["userinfo_endpoint"] = Address + "/userinfo",
            ["end_session_endpoint"] = Address + "/leave",
        };
        Misdescribe(document);
        return document;
    }

    private static object PublicKey((string Id, RSA Key) pair)
    {
        RSAParameters key = pair.Key.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", use = "sig", kid = pair.Id, n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) };
    }

    private IResult Authorize(HttpRequest request)
    {
        Asked.Clear();
        foreach ((string name, var value) in request.Query)
            Asked[name] = value.ToString();
        string code = Guid.NewGuid().ToString("N");
        _codes[code] = (Asked.GetValueOrDefault("nonce", ""), Asked.GetValueOrDefault("code_challenge", ""));
        return Results.Redirect(QueryHelpers.AddQueryString(Asked["redirect_uri"], new Dictionary<string, string?> { ["code"] = code, ["state"] = Asked["state"] }));
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        IFormCollection form = await request.ReadFormAsync();
        string expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}"));
        if (request.Headers.Authorization != expected)
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        if (!_codes.TryRemove(form["code"].ToString(), out var asked)
            || asked.Challenge != Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))))
            return Results.Json(new { error = "invalid_grant", error_description = "\u001b[31mevil\r\nline" }, statusCode: 400);

        long now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = (JsonObject)Claims.DeepClone();
        claims["iss"] = Address;
        claims["aud"] = ClientId;
        claims["iat"] = now;
        claims["exp"] = now + 300;
        claims["auth_time"] = now;
        claims["nonce"] = asked.Nonce;
        Tamper(claims);
        return Results.Json(new { access_token = "access-token-that-is-secret", token_type = "Bearer", id_token = Forge(Sign(claims)) });
    }
}
