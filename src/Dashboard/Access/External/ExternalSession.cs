namespace Dashboard.Access.External;

/// <summary>What is different about a session that another system vouches for.</summary>
/// <param name="ProvenAt">When the person last proved there who they are.</param>
/// <param name="EndsAt">When it ends, however busy it is.</param>
internal sealed record ExternalSession(DateTimeOffset ProvenAt, DateTimeOffset EndsAt);
