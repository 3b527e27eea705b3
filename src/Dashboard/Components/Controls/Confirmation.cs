using Radzen;

namespace Dashboard.Components.Controls;

/// <summary>Asks before something is done. One at a time; <see cref="Overlays"/> shows it.</summary>
public sealed class Confirmation(DialogService dialogs)
{
    /// <summary>Completes when the dialog is closed, whatever was answered.</summary>
    public Task AskAsync(ConfirmQuestion question) =>
        dialogs.OpenAsync<Confirm>(
            title: "",
            new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(Confirm.Question)] = question },
            new DialogOptions
            {
                AriaLabel = $"{question.Verb} {HostileText.Visible(question.Subject)}",
                ShowTitle = false,
                ShowClose = false,
                AutoFocusFirstElement = false, // Confirm puts the focus where no harm is done
                CssClass = "confirm-dialog",
                Width = "min(520px, calc(100vw - 24px))",
            });
}
