using System.Security.Cryptography;
using System.Text;
using Dashboard.Access.Tokens;
using Microsoft.Extensions.Options;

namespace Dashboard.Access;

/// <summary>Collects everything that is wrong with <see cref="AccessOptions"/>, each with its key.</summary>
internal sealed class AccessOptionsValidator : IValidateOptions<AccessOptions>
{
    private const int MaxNameLength = 64;

    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        var names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var secrets = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < options.ApiTokens.Count; i++)
        {
            ApiTokenOptions token = options.ApiTokens[i];
            string key = $"{AccessOptions.SectionName}:{nameof(AccessOptions.ApiTokens)}:{i}";

            if (string.IsNullOrWhiteSpace(token.Name) || token.Name.Length > MaxNameLength || token.Name.Any(char.IsControl))
                errors.AddError($"{key}:Name is needed, a line of at most {MaxNameLength} characters, such as \"ci\".");
            else if (!names.TryAdd(token.Name, i))
                errors.AddError($"{key}:Name '{token.Name}' is also the name of {AccessOptions.SectionName}:{nameof(AccessOptions.ApiTokens)}:{names[token.Name]}.");

            if (!Roles.All.Contains(token.Role, StringComparer.Ordinal))
                errors.AddError($"{key}:Role '{token.Role}' is not a role; use {string.Join(", ", Roles.All)}.");

            if (token.Servers.Exists(string.IsNullOrWhiteSpace))
                errors.AddError($"{key}:Servers: an entry is empty; name servers as in Dashboard:Servers, or leave the list out for all of them.");

            if (!token.TryReadSecret(out string? secret, out string? problem))
                errors.AddError($"{key}:{problem}");
            else if (!secrets.TryAdd(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret))), i))
                errors.AddError($"{key}: the secret is the same as that of another token; each needs its own.");
        }
        return errors.Build();
    }
}
