using System.Diagnostics.CodeAnalysis;

namespace Dashboard.Access.Tokens;

/// <summary>One entry of <c>Dashboard:Access:ApiTokens</c>.</summary>
internal sealed class ApiTokenOptions
{
    /// <summary>Shorter secrets could be guessed; <c>openssl rand -hex 32</c> makes one of 64 characters.</summary>
    public const int MinSecretLength = 32;

    private const int MaxSecretLength = 512;

    public string? Name { get; set; }

    /// <summary>The secret itself. Exactly one of this and <see cref="TokenFile"/> is given.</summary>
    public string? Token { get; set; }

    /// <summary>A file that holds the secret and nothing else but white space around it.</summary>
    public string? TokenFile { get; set; }

    /// <summary>One of <see cref="Roles.All"/>.</summary>
    public string? Role { get; set; }

    /// <summary>The servers that the token is limited to, by name; none: all of them.</summary>
    public List<string> Servers { get; set; } = [];

    /// <summary>Reads the secret; <paramref name="problem"/> starts with the setting at fault and never quotes the secret.</summary>
    public bool TryReadSecret([NotNullWhen(true)] out string? secret, [NotNullWhen(false)] out string? problem)
    {
        secret = null;
        string setting = nameof(Token);
        switch (string.IsNullOrEmpty(Token), string.IsNullOrEmpty(TokenFile))
        {
            case (true, true):
                problem = $"{nameof(TokenFile)} is missing: name a file that holds the secret (or put the secret into {nameof(Token)}).";
                return false;
            case (false, false):
                problem = $"{nameof(Token)} and {nameof(TokenFile)} are both set: keep one of them.";
                return false;
            case (true, false):
                setting = nameof(TokenFile);
                try
                {
                    secret = File.ReadAllText(TokenFile!).Trim();
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    problem = $"{nameof(TokenFile)} '{TokenFile}' cannot be read: {e.Message}";
                    return false;
                }
                break;
            default:
                secret = Token!;
                break;
        }

        problem = secret.Length switch
        {
            < MinSecretLength => $"{setting}: the secret has {secret.Length} characters; at least {MinSecretLength} are needed (try: openssl rand -hex 32).",
            > MaxSecretLength => $"{setting}: the secret has {secret.Length} characters; at most {MaxSecretLength} are allowed.",
            _ when secret.Any(static c => c is <= ' ' or > '~') => $"{setting}: the secret may hold visible ASCII characters only, or it could not be sent in a header.",
            _ => null,
        };
        if (problem is not null)
            secret = null;
        return problem is null;
    }
}
