using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tunnel.Smux;

namespace Tunnel.Server;

/// <summary>Reads a client's credentials and decides about them. Every refusal looks the same from outside.</summary>
internal sealed class Authenticator(TunnelServerOptions options, ITunnelStorage storage, TimeProvider time)
{
    private readonly AttemptLimiter _byAddress = new(options.MaxFailuresPerAddress, time);
    private readonly AttemptLimiter _byToken = new(options.MaxFailuresPerToken, time);

    /// <summary>What the client said on its control stream.</summary>
    /// <exception cref="TunnelException">TimedOut, ProtocolViolation or ConnectionLost.</exception>
    public async Task<TunnelCredentials> ReadAsync(SmuxStream control, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.CredentialsTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        byte[] buffer = new byte[TunnelCredentials.MaxSize];
        int count = 0;
        try
        {
            while (count < buffer.Length)
            {
                int read = await control.ReadAsync(buffer.AsMemory(count), either.Token).ConfigureAwait(false);
                if (read == 0)
                    throw new TunnelException(TunnelError.ConnectionLost, "the client closed before it sent credentials");
                count += read;
                if (TunnelCredentials.Parse(buffer.AsSpan(0, count)) is { } credentials)
                    return credentials;
            }

            throw new TunnelException(TunnelError.ProtocolViolation, $"the credentials are longer than {buffer.Length} bytes");
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TunnelException(TunnelError.TimedOut, $"no credentials within {options.CredentialsTimeout.TotalSeconds:0.#} s");
        }
        catch (JsonException)
        {
            throw new TunnelException(TunnelError.ProtocolViolation, "the credentials are not the JSON object they should be");
        }
        catch (SmuxException error)
        {
            throw TunnelConnection.FromSession(error)!;
        }
    }

    /// <summary>The user and the normalised domain, when token, scope, domain and owner fit together.</summary>
    /// <exception cref="TunnelException">AuthenticationMismatch or LimitReached; after a delay, and always after both look-ups.</exception>
    public async Task<(string User, string Domain)> VerifyAsync(TunnelCredentials credentials, string address, CancellationToken cancellationToken)
    {
        string tokenKey = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(credentials.Token)));
        bool exhausted = _byAddress.IsExhausted(address) || _byToken.IsExhausted(tokenKey);
        (string? user, string domain) = await LookUpAsync(credentials, cancellationToken).ConfigureAwait(false);
        if (user is not null && !exhausted)
            return (user, domain);

        if (!exhausted)
        {
            _byAddress.Fail(address);
            _byToken.Fail(tokenKey);
        }

        TimeSpan delay = options.RefusalDelay * RandomNumberGenerator.GetInt32(1, 101) / 100;
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
        throw exhausted
            ? new TunnelException(TunnelError.LimitReached, "too many refused attempts from this address or with this token")
            : new TunnelException(TunnelError.AuthenticationMismatch);
    }

    /// <summary>Whether a living connection would still be let in.</summary>
    public async Task<bool> IsStillAllowedAsync(TunnelConnection connection, CancellationToken cancellationToken)
    {
        (string? user, _) = await LookUpAsync(connection.Credentials, cancellationToken).ConfigureAwait(false);
        return string.Equals(user, connection.User, StringComparison.Ordinal);
    }

    private async Task<(string? User, string Domain)> LookUpAsync(TunnelCredentials credentials, CancellationToken cancellationToken)
    {
        bool isName = DomainName.TryNormalize(credentials.Domain, out string? domain);
        string? owner = await storage.FindRouteOwnerAsync(domain ?? "", cancellationToken).ConfigureAwait(false);
        TunnelToken? token = await storage.FindTokenAsync(credentials.Token, cancellationToken).ConfigureAwait(false);
        bool fits = isName
            && owner is not null
            && token is not null
            && !(token.ExpiresAt <= time.GetUtcNow())
            && token.Scopes.Contains(TunnelToken.ConnectScope, StringComparer.Ordinal)
            && string.Equals(token.User, owner, StringComparison.Ordinal);
        return (fits ? owner : null, domain ?? "");
    }
}
