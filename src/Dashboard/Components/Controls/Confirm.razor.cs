using Dashboard.Components.Viewing;
using Dashboard.Fleet.Operations;

using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

using MudBlazor;

namespace Dashboard.Components.Controls;

/// <summary>
/// The inside of the dialog that <see cref="Confirmation"/> opens: the question, the progress, then the daemon's own answer.
/// Closing it does not call back what is under way; the answer then comes as a toast.
/// </summary>
public sealed partial class Confirm : IDisposable
{
    private ElementReference _form;
    private int _choice;
    private int _option;
    private int _target;
    private string _reason = "";
    private bool _busy;
    private bool _closed;
    private bool _moveFocus = true;
    private OperationResult? _result;

    [Parameter, EditorRequired] public required ConfirmQuestion Question { get; set; }

    [CascadingParameter] public required IMudDialogInstance Dialog { get; set; }

    [Inject] public required IJSRuntime JS { get; init; }

    [Inject] public required Toasts Toasts { get; init; }

    [Inject] public required ILogger<Confirm> Logger { get; init; }

    public void Dispose() => _closed = true;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_moveFocus)
            return;
        _moveFocus = false;
        try
        {
            await using IJSObjectReference module = await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Controls/Confirm.razor.js");
            await module.InvokeVoidAsync("focusSafe", _form);
        }
        catch (Exception e) when (e is JSException or TaskCanceledException) // no answer within the circuit's limit
        {
            // without the script the focus is where the library puts it
        }
        catch (JSDisconnectedException)
        {
            // the tab is gone
        }
    }

    private async Task DoAsync()
    {
        if (_busy || _result is not null)
            return;

        _busy = true;
        OperationResult result;
        try
        {
            result = await Question.Act(new ConfirmAnswer(_choice, string.IsNullOrWhiteSpace(_reason) ? null : _reason.Trim(), _option, _target));
            (_busy, _moveFocus, _result) = (false, true, result);
            if (result.Coming is not null)
            {
                if (!_closed)
                    StateHasChanged(); // the daemon's answer first
                _result = result = await result.SettledAsync();
            }
        }
        catch (Exception e) // dialogs stand beside the page, whose boundary for errors does not hold for them: it would end the circuit
        {
            Log.OperationBroke(Logger, e);
            result = new OperationResult(OperationOutcome.Failed, "The dashboard stumbled over this, and does not know what came of it. Its log says more.");
            (_busy, _moveFocus, _result) = (false, true, result);
        }
        if (_closed)
            Toasts.Show(result.Succeeded ? Tone.Good : Tone.Bad, $"{Question.Verb} {Question.Subject}: {Words(result.Outcome).ToLowerInvariant()}", Answer(result));
    }

    private void Close() => Dialog.Close();

    /// <summary>The daemon's words, and what came of them.</summary>
    internal static string Answer(OperationResult result) => string.Join(" · ", new[] { result.Reply, result.Effect }.Where(static text => !string.IsNullOrEmpty(text)));

    /// <summary>An outcome in a word or two.</summary>
    internal static string Words(OperationOutcome outcome) => outcome switch
    {
        OperationOutcome.Done => "Done",
        OperationOutcome.Failed => "The daemon refused",
        OperationOutcome.Stale => "Not sent",
        OperationOutcome.Denied => "Not allowed",
        OperationOutcome.Refused => "Not sent",
        _ => outcome.ToString(),
    };
}
