namespace Dashboard.Access.SingleSignOn;

/// <summary>The identity provider cannot be reached, or does not keep to OpenID Connect. The message holds no secret and no token.</summary>
internal sealed class IdentityProviderException(string message, Exception? inner = null) : Exception(message, inner);
