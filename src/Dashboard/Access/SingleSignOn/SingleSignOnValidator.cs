using Microsoft.Extensions.Options;

namespace Dashboard.Access.SingleSignOn;

/// <summary>An address that nobody on the way can listen to or change, and a client.</summary>
internal sealed class SingleSignOnValidator : IValidateOptions<AccessOptions>
{
    private const string Section = $"{AccessOptions.SectionName}:{nameof(AccessOptions.SingleSignOn)}";

    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        SingleSignOnOptions sso = options.SingleSignOn;
        if (sso.Authority is null)
        {
            return sso.ClientId is null && sso.ClientSecret is null && sso.ClientSecretFile is null
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{Section}:{nameof(sso.Authority)} is missing: the issuer address of the identity provider, such as https://id.example.com/realms/staff.");
        }
        var errors = new ValidateOptionsResultBuilder();
        if (!Uri.TryCreate(sso.Authority, UriKind.Absolute, out Uri? authority) || !ProviderConfiguration.IsSafe(authority) || authority.Query.Length > 0 || authority.Fragment.Length > 0)
            errors.AddError($"{Section}:{nameof(sso.Authority)} '{sso.Authority}' is not an address such as https://id.example.com/realms/staff. Only a provider on this machine may do without https.");
        if (string.IsNullOrWhiteSpace(sso.ClientId))
            errors.AddError($"{Section}:{nameof(sso.ClientId)} is needed: how the identity provider knows the dashboard, such as \"openvpn-dashboard\".");
        if (!sso.TryReadSecret(out _, out string? problem))
            errors.AddError($"{Section}:{problem}");
        if (string.IsNullOrWhiteSpace(sso.DisplayName) || sso.DisplayName.Length > 64)
            errors.AddError($"{Section}:{nameof(sso.DisplayName)} is needed: what people call the provider, in at most 64 characters.");
        if (string.IsNullOrWhiteSpace(sso.NameClaim))
            errors.AddError($"{Section}:{nameof(sso.NameClaim)} is needed: the claim with the user name, such as \"preferred_username\" or \"email\".");
        if (string.IsNullOrWhiteSpace(sso.GroupsClaim))
            errors.AddError($"{Section}:{nameof(sso.GroupsClaim)} is needed: the claim with the groups, such as \"groups\" or \"roles\".");
        for (int i = 0; i < sso.Scopes.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(sso.Scopes[i]) || sso.Scopes[i].Any(static c => c is <= ' ' or '"' or '\\' or > '~'))
                errors.AddError($"{Section}:{nameof(sso.Scopes)}:{i} '{sso.Scopes[i]}' is not a scope such as \"profile\".");
        }
        return errors.Build();
    }
}
