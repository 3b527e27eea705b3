using Dashboard.Access.Tokens;

namespace Dashboard.Access;

/// <summary>Section <c>Dashboard:Access</c>.</summary>
internal sealed class AccessOptions
{
    public const string SectionName = "Dashboard:Access";

    /// <summary>The programs that may use the API.</summary>
    public List<ApiTokenOptions> ApiTokens { get; set; } = [];
}
