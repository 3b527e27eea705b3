namespace Dashboard.Access.SingleSignOn;

/// <summary>Why a sign-in at the identity provider is refused, in words for the log that quote nothing secret.</summary>
internal sealed class SingleSignOnException(string message, Exception? inner = null) : Exception(message, inner);
