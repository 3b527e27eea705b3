using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Dashboard.Access.SingleSignOn;

/// <summary>
/// The provider that the configuration names: what it says of itself, its keys, and what it answers. All that it sends
/// is checked; nothing that fails a check is quoted, as it may hold a secret.
/// </summary>
internal sealed class IdentityProvider(IOptions<AccessOptions> access, Backchannel backchannel, TimeProvider time) : IDisposable
{
    /// <summary>How long what it says of itself, its keys above all, is believed.</summary>
    private static readonly TimeSpan s_believed = TimeSpan.FromHours(1);

    /// <summary>A token with an unknown key has the keys read again, but not more often than this.</summary>
    private static readonly TimeSpan s_betweenReadings = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private Known? _known;

    private SingleSignOnOptions Options => access.Value.SingleSignOn;

    /// <exception cref="IdentityProviderException">It cannot be reached, or says nothing of use.</exception>
    public async Task<ProviderMetadata> GetMetadataAsync(CancellationToken cancellationToken) => (await ReadAsync(s_believed, cancellationToken)).Metadata;

    /// <summary>The claims of an ID token that is signed by the provider and meant for us, now.</summary>
    /// <exception cref="IdentityProviderException">It is not.</exception>
    public async Task<JsonElement> CheckAsync(string? idToken, string nonce, DateTimeOffset? provenSince, CancellationToken cancellationToken)
    {
        if (SignedToken.Parse(idToken) is not { } token)
            throw new IdentityProviderException("The provider sent no ID token, or a malformed one.");
        Known known = await ReadAsync(s_believed, cancellationToken);
        if (!known.KeysFor(token).Any(token.IsSignedBy))
            known = await ReadAsync(s_betweenReadings, cancellationToken); // it may have changed its keys
        if (!known.KeysFor(token).Any(token.IsSignedBy))
            throw new IdentityProviderException("The ID token is not signed by the provider.");
        return IdToken.FindProblem(token.Claims, known.Metadata.Issuer, Options.ClientId!, nonce, time.GetUtcNow(), provenSince) is { } problem
            ? throw new IdentityProviderException($"The ID token is refused: {problem}.")
            : token.Claims;
    }

    /// <summary>Exchanges the code of a sign-in for tokens (RFC 6749 section 4.1.3, RFC 7636).</summary>
    /// <exception cref="IdentityProviderException">It refuses.</exception>
    public async Task<JsonDocument> RedeemAsync(string code, string verifier, string redirectUri, CancellationToken cancellationToken)
    {
        ProviderMetadata metadata = await GetMetadataAsync(cancellationToken);
        Options.TryReadSecret(out string? secret, out _);
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint);
        if (secret is not null && metadata.TakesBasic)
        {
            // Both are form-encoded first: RFC 6749 section 2.3.1.
            string pair = $"{Uri.EscapeDataString(Options.ClientId!)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        else
        {
            form["client_id"] = Options.ClientId!;
            if (secret is not null)
                form["client_secret"] = secret;
        }
        request.Content = new FormUrlEncodedContent(form);
        return await AskAsync(request, "redeem the code", cancellationToken);
    }

    /// <summary>What the provider says of the person beyond the ID token; null where it has no such endpoint.</summary>
    /// <exception cref="IdentityProviderException">It refuses, or speaks of somebody else than <paramref name="subject"/>.</exception>
    public async Task<JsonDocument?> AskAboutAsync(string subject, string accessToken, CancellationToken cancellationToken)
    {
        if ((await GetMetadataAsync(cancellationToken)).UserInfoEndpoint is not { } address)
            return null;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        JsonDocument answer = await AskAsync(request, "ask about the person", cancellationToken);
        if (answer.RootElement.ValueKind is JsonValueKind.Object && IdToken.Text(answer.RootElement, "sub") == subject)
            return answer;
        answer.Dispose();
        throw new IdentityProviderException("The provider was asked about one person and answered about another.");
    }

    public void Dispose() => _reading.Dispose();

    private async Task<Known> ReadAsync(TimeSpan believed, CancellationToken cancellationToken)
    {
        if (_known is { } fresh && time.GetUtcNow() - fresh.ReadAt < believed)
            return fresh;
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_known is { } known && time.GetUtcNow() - known.ReadAt < believed)
                return known; // somebody else has read it meanwhile
            string authority = Options.Authority!;
            using var aboutItself = new HttpRequestMessage(HttpMethod.Get, $"{authority.TrimEnd('/')}/.well-known/openid-configuration");
            using JsonDocument document = await AskAsync(aboutItself, "read what the provider says of itself", cancellationToken);
            ProviderMetadata metadata = ProviderMetadata.Read(document.RootElement, authority);
            using var aboutKeys = new HttpRequestMessage(HttpMethod.Get, metadata.KeysAddress);
            using JsonDocument keys = await AskAsync(aboutKeys, "read the provider's keys", cancellationToken);
            return _known = new Known(metadata, SigningKey.ReadSet(keys.RootElement), time.GetUtcNow());
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<JsonDocument> AskAsync(HttpRequestMessage request, string what, CancellationToken cancellationToken)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        string host = request.RequestUri!.Authority;
        try
        {
            using HttpResponseMessage response = await backchannel.Client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw new IdentityProviderException($"Could not {what}: {host} answered with status {(int)response.StatusCode}{await ErrorOfAsync(response, cancellationToken)}.");
            return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), new JsonDocumentOptions { AllowDuplicateProperties = false }, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IdentityProviderException($"Could not {what}: {host} cannot be reached ({e.Message}).", e);
        }
        catch (JsonException)
        {
            throw new IdentityProviderException($"Could not {what}: what {host} answered is not JSON.");
        }
    }

    // The code of an error (RFC 6749 section 5.2), which is one of a small set, and nothing else of the answer.
    private static async Task<string> ErrorOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
            return document.RootElement.ValueKind is JsonValueKind.Object && IdToken.Text(document.RootElement, "error") is { } error && error.All(static c => char.IsAsciiLetterLower(c) || c is '_')
                ? $" ({new VisibleText(error)})"
                : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private sealed record Known(ProviderMetadata Metadata, IReadOnlyList<SigningKey> Keys, DateTimeOffset ReadAt)
    {
        public IEnumerable<SigningKey> KeysFor(SignedToken token) => Keys.Where(key => token.KeyId is null || key.Id == token.KeyId);
    }
}
