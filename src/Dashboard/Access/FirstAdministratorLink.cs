using System.Security.Cryptography;

namespace Dashboard.Access;

/// <summary>The one-time token with which the first administrator is created. Only its hash is kept, and only in memory.</summary>
internal sealed class FirstAdministratorLink(TimeProvider time)
{
    public const string Path = "account/first-admin";

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private byte[]? _hash;
    private DateTimeOffset _expires;

    /// <summary>Makes a new token of 256 bits; the one before it is void.</summary>
    public string Issue()
    {
        string token = SecretToken.New();
        lock (_gate)
        {
            _hash = SecretToken.Hash(token);
            _expires = time.GetUtcNow() + Lifetime;
        }
        return token;
    }

    /// <summary>Whether this is the token that was issued last, and it has neither expired nor been voided.</summary>
    public bool Accepts(string? token)
    {
        byte[] presented = SecretToken.Hash(token ?? "");
        lock (_gate)
            return _hash is not null && time.GetUtcNow() < _expires && CryptographicOperations.FixedTimeEquals(_hash, presented);
    }

    public void Void()
    {
        lock (_gate)
            _hash = null;
    }
}
