using Dashboard.Components.Viewing;

using Radzen;

namespace Dashboard.Components.Controls;

/// <summary>Short messages about something that ended while the person looks elsewhere. <see cref="Overlays"/> shows them.</summary>
public sealed class Toasts(NotificationService notifications)
{
    private static readonly TimeSpan s_shownFor = TimeSpan.FromSeconds(12);

    /// <param name="detail">May be hostile text.</param>
    public void Show(Tone tone, string title, string detail) =>
        notifications.Notify(new NotificationMessage
        {
            Severity = tone switch
            {
                Tone.Good => NotificationSeverity.Success,
                Tone.Bad => NotificationSeverity.Error,
                Tone.Warning => NotificationSeverity.Warning,
                _ => NotificationSeverity.Info,
            },
            SummaryContent = _ => Toast.Content(tone, title, detail),
            Duration = s_shownFor.TotalMilliseconds,
            CloseOnClick = true,
        });
}
