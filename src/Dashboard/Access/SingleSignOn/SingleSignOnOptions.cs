using System.Diagnostics.CodeAnalysis;

namespace Dashboard.Access.SingleSignOn;

/// <summary>Section <c>Dashboard:Access:SingleSignOn</c>: an OpenID Connect provider that knows who people are.</summary>
internal sealed class SingleSignOnOptions
{
    /// <summary>The provider's issuer address, where <c>/.well-known/openid-configuration</c> is found; null: there is none.</summary>
    public string? Authority { get; set; }

    /// <summary>How the provider knows the dashboard.</summary>
    public string? ClientId { get; set; }

    /// <summary>The secret that belongs to it, in place; null for none, or with <see cref="ClientSecretFile"/>.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>A file that holds the secret and nothing else but white space around it.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>What the provider is called on the sign-in page.</summary>
    public string DisplayName { get; set; } = "single sign-on";

    /// <summary>What is asked for besides <c>openid</c>.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>The claim with the user name.</summary>
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>The claim with the groups: a list of texts, or one.</summary>
    public string GroupsClaim { get; set; } = "groups";

    /// <summary>What is asked for where the configuration names no scopes.</summary>
    public static IReadOnlyList<string> DefaultScopes { get; } = ["profile"];

    /// <summary>Reads the secret, null when there is none; <paramref name="problem"/> starts with the setting at fault and never quotes the secret.</summary>
    public bool TryReadSecret(out string? secret, [NotNullWhen(false)] out string? problem)
    {
        (secret, problem) = (null, null);
        if (ClientSecretFile is null)
        {
            secret = string.IsNullOrEmpty(ClientSecret) ? null : ClientSecret;
            return true;
        }
        if (!string.IsNullOrEmpty(ClientSecret))
        {
            problem = $"{nameof(ClientSecret)} and {nameof(ClientSecretFile)} are both set: keep one of them.";
            return false;
        }
        try
        {
            secret = File.ReadAllText(ClientSecretFile).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = $"{nameof(ClientSecretFile)} '{ClientSecretFile}' cannot be read: {e.Message}";
            return false;
        }
        problem = secret.Length == 0 ? $"{nameof(ClientSecretFile)} '{ClientSecretFile}' is empty." : null;
        return problem is null;
    }
}
