using Microsoft.Extensions.Options;

namespace Dashboard.Access.External;

/// <summary>Each grant names a group and a role; and there are some where somebody else says who people are.</summary>
internal sealed class GrantsValidator : IValidateOptions<AccessOptions>
{
    private const string Section = $"{AccessOptions.SectionName}:{nameof(AccessOptions.Grants)}";

    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        for (int i = 0; i < options.Grants.Count; i++)
        {
            GrantOptions grant = options.Grants[i];
            if (string.IsNullOrWhiteSpace(grant.Group))
                errors.AddError($"{Section}:{i}:Group is needed: a group as the identity provider or the proxy names it, such as \"vpn-admins\", or \"*\" for everybody.");
            if (!Roles.All.Contains(grant.Role, StringComparer.Ordinal))
                errors.AddError($"{Section}:{i}:Role '{grant.Role}' is not a role; use {string.Join(", ", Roles.All)}.");
            if (grant.Servers.Exists(string.IsNullOrWhiteSpace))
                errors.AddError($"{Section}:{i}:Servers: an entry is empty; name servers as in Dashboard:Servers, or leave the list out for all of them.");
        }
        bool isNeeded = options.SingleSignOn.Authority is not null || options.ProxySignIn.UserHeader is not null;
        if (isNeeded && options.Grants.Count == 0)
            errors.AddError($"{Section} is empty, so nobody who signs in from elsewhere may do anything: for example [ {{ \"Group\": \"vpn-admins\", \"Role\": \"Admin\" }} ].");
        return errors.Build();
    }
}
