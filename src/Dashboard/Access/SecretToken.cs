using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Dashboard.Access;

/// <summary>Random secrets that are handed out once and kept as hashes: 256 bits cannot be guessed, so a slow hash would add nothing.</summary>
internal static class SecretToken
{
    public static string New() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
