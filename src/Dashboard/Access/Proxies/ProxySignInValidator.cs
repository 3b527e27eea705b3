using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Dashboard.Access.Proxies;

/// <summary>Headers that could be sent, from addresses that exist.</summary>
internal sealed class ProxySignInValidator : IValidateOptions<AccessOptions>
{
    private const string Section = $"{AccessOptions.SectionName}:{nameof(AccessOptions.ProxySignIn)}";

    // What anybody sends, or what means something else already.
    private static readonly string[] s_taken =
    [
        HeaderNames.Authorization, HeaderNames.Cookie, HeaderNames.Host, HeaderNames.Origin, HeaderNames.UserAgent, HeaderNames.Referer,
        "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host",
    ];

    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        ProxySignInOptions proxy = options.ProxySignIn;
        CheckHeader(nameof(proxy.UserHeader), proxy.UserHeader);
        CheckHeader(nameof(proxy.GroupsHeader), proxy.GroupsHeader);
        if (proxy.UserHeader is null && (proxy.GroupsHeader is not null || proxy.Addresses.Count > 0))
            errors.AddError($"{Section}:{nameof(proxy.UserHeader)} is missing: name the header in which the proxy says who somebody is, such as \"X-Forwarded-User\".");
        if (proxy.UserHeader is not null && proxy.Addresses.Count == 0)
            errors.AddError($"{Section}:{nameof(proxy.Addresses)} is empty: without the proxy's address anybody could claim to be anybody.");
        for (int i = 0; i < proxy.Addresses.Count; i++)
        {
            if (!KnownProxies.TryParse(proxy.Addresses[i], out _))
                errors.AddError($"{Section}:{nameof(proxy.Addresses)}:{i}: '{proxy.Addresses[i]}' is neither an address such as 10.1.2.3 nor a network such as 10.0.0.0/8.");
        }
        return errors.Build();

        void CheckHeader(string setting, string? header)
        {
            if (header is null)
                return;
            if (header.Length == 0 || !header.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-'))
                errors.AddError($"{Section}:{setting} '{header}' is not the name of a header such as X-Forwarded-User.");
            else if (s_taken.Contains(header, StringComparer.OrdinalIgnoreCase))
                errors.AddError($"{Section}:{setting} '{header}' is a header that browsers or proxies use for something else.");
        }
    }
}
