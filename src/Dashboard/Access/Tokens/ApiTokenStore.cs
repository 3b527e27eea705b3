using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Dashboard.Access.Tokens;

/// <summary>The API tokens of the configuration. They work without a database, and only the SHA-256 of their secrets is kept.</summary>
internal sealed class ApiTokenStore
{
    private readonly List<(byte[] Hash, ApiToken Token)> _tokens = [];

    public ApiTokenStore(IOptions<AccessOptions> options, IConfiguration configuration)
    {
        for (int i = 0; i < options.Value.ApiTokens.Count; i++)
        {
            ApiTokenOptions token = options.Value.ApiTokens[i];
            if (!token.TryReadSecret(out string? secret, out string? problem))
                throw new InvalidOperationException(problem); // the validator has read it a moment ago
            _tokens.Add((SecretToken.Hash(secret), new ApiToken(token.Name!, token.Role!, [.. token.Servers])));
            token.Token = null;
            configuration[$"{AccessOptions.SectionName}:{nameof(AccessOptions.ApiTokens)}:{i}:{nameof(ApiTokenOptions.Token)}"] = null;
        }
    }

    /// <summary>The tokens without their secrets, for people to see.</summary>
    public IEnumerable<ApiToken> Tokens => _tokens.Select(static known => known.Token);

    /// <summary>Whose secret this is, by its hash. Takes as long for a wrong secret as for a right one.</summary>
    public ApiToken? Find(byte[] hash)
    {
        ApiToken? found = null;
        foreach ((byte[] known, ApiToken token) in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash))
                found = token;
        }
        return found;
    }
}
