namespace Dashboard.Components.Pages;

/// <summary>What pages that follow the live state have in common.</summary>
internal static class LiveView
{
    /// <summary>No page is drawn more often, however fast things change.</summary>
    public static readonly TimeSpan MinRedrawInterval = TimeSpan.FromMilliseconds(500);
}
