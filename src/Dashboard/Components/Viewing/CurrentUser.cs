using System.Security.Claims;

namespace Dashboard.Components.Viewing;

/// <summary>How the signed-in person is called.</summary>
internal static class CurrentUser
{
    private static readonly string[] s_roles = ["Admin", "Operator", "Viewer"];

    public static string DisplayName(this ClaimsPrincipal user) => HostileText.Visible(user.Identity?.Name ?? "");

    /// <summary>The most that the person may do.</summary>
    public static string RoleName(this ClaimsPrincipal user) => s_roles.FirstOrDefault(user.IsInRole) ?? "";
}
