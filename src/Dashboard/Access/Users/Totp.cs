using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Dashboard.Access.Users;

/// <summary>Codes of authenticator apps: RFC 6238 with what all apps speak, HMAC-SHA1, six digits, thirty seconds.</summary>
internal static class Totp
{
    public const int KeyLength = 20;

    private const int Digits = 6;
    private const long StepSeconds = 30;

    /// <summary>A clock may be this many steps off, either way.</summary>
    private const int Tolerance = 1;

    /// <summary>The step whose code this is, of those that are near enough to now; null when it is none of them.</summary>
    public static long? Match(ReadOnlySpan<byte> key, string code, DateTimeOffset now)
    {
        Span<char> presented = stackalloc char[Digits];
        int length = 0;
        foreach (char c in code)
        {
            if (c is ' ') // apps show "123 456"
                continue;
            if (length == Digits || !char.IsAsciiDigit(c))
                return null;
            presented[length++] = c;
        }
        if (length != Digits)
            return null;

        long current = StepAt(now);
        long? match = null;
        for (long step = current - Tolerance; step <= current + Tolerance; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(System.Runtime.InteropServices.MemoryMarshal.AsBytes(presented), System.Runtime.InteropServices.MemoryMarshal.AsBytes(Code(key, step).AsSpan())))
                match = step;
        }
        return match;
    }

    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    public static string Code(ReadOnlySpan<byte> key, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // HMAC-SHA1 is what RFC 6238 and every app use; a collision of SHA-1 is of no help here
        HMACSHA1.HashData(key, counter, hash);
#pragma warning restore CA5350
        int truncated = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xf)..]) & int.MaxValue;
        return (truncated % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}
