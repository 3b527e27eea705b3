using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Dashboard.Access;

/// <summary>The configured API tokens, of whose secrets only the SHA-256 is kept: they are long and random, so a slow hash would add nothing.</summary>
internal sealed class ApiTokenStore
{
    private readonly List<(byte[] Hash, ApiToken Token)> _tokens = [];

    public ApiTokenStore(IOptions<AccessOptions> options)
    {
        foreach (ApiTokenOptions token in options.Value.ApiTokens)
        {
            if (!token.TryReadSecret(out string? secret, out string? problem))
                throw new InvalidOperationException(problem); // the validator has read it a moment ago
            _tokens.Add((Hash(secret), new ApiToken(token.Name!, token.Role!)));
            token.Token = null;
        }
    }

    /// <summary>Whose secret this is. Takes as long for a wrong secret as for a right one.</summary>
    public ApiToken? Find(string secret)
    {
        byte[] presented = Hash(secret);
        ApiToken? found = null;
        foreach ((byte[] hash, ApiToken token) in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, presented))
                found = token;
        }
        return found;
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
