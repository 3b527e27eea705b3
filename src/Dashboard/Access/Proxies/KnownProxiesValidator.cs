using Microsoft.Extensions.Options;

namespace Dashboard.Access.Proxies;

/// <summary>Each of the known proxies is an address or a network.</summary>
internal sealed class KnownProxiesValidator : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        for (int i = 0; i < options.KnownProxies.Count; i++)
        {
            if (!KnownProxies.TryParse(options.KnownProxies[i], out _))
                errors.AddError($"{AccessOptions.SectionName}:{nameof(AccessOptions.KnownProxies)}:{i}: '{options.KnownProxies[i]}' is neither an address such as 10.1.2.3 nor a network such as 10.0.0.0/8.");
        }
        return errors.Build();
    }
}
