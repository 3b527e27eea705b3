using MudBlazor;

namespace Dashboard.Components.Controls;

/// <summary>Asks before something is done; <see cref="Overlays"/> shows it.</summary>
public sealed class Confirmation(IDialogService dialogs)
{
    // A close button of the library's would lie outside of what Tab reaches.
    private static readonly DialogOptions s_options = new() { NoHeader = true, CloseButton = false, BackdropClick = false, CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small, FullWidth = true };

    /// <summary>Completes when the dialog is closed, whatever was answered.</summary>
    public async Task AskAsync(ConfirmQuestion question)
    {
        IDialogReference dialog = await dialogs.ShowAsync<Confirm>("", new DialogParameters<Confirm> { { confirm => confirm.Question, question } }, s_options);
        await dialog.Result;
    }
}
