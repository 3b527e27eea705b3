namespace Mgmt.Core.Echo;

/// <summary>What one echo line asks of a user interface.</summary>
public abstract record EchoCommand
{
    private EchoCommand()
    {
        // closed: every case is nested below
    }

    /// <summary><c>msg</c> or <c>msg-n</c>: more text for the next message; nothing to show yet.</summary>
    /// <param name="Text">The decoded text, with a line end if it came with <c>msg</c>.</param>
    public sealed record MessageText(string Text) : EchoCommand;

    /// <summary><c>msg-window</c> or <c>msg-notify</c>: show what has been collected.</summary>
    /// <param name="Title">Title of the window or notification; text from the server.</param>
    /// <param name="Text">The message; text from the server.</param>
    /// <param name="IsNotification">A notification rather than a window.</param>
    /// <param name="IsRepeated">The same was shown before on this connection: it may be left out.</param>
    public sealed record Message(string Title, string Text, bool IsNotification, bool IsRepeated) : EchoCommand;

    /// <summary><c>setenv</c>: a variable for the scripts of the user interface.</summary>
    /// <param name="Name">The full name, <c>OPENVPN_</c> and what was given.</param>
    /// <param name="Value">The value.</param>
    public sealed record Variable(string Name, string Value) : EchoCommand;

    /// <summary><c>save-passwords</c> or <c>disable-save-passwords</c>.</summary>
    /// <param name="Saving">Allowed or forbidden.</param>
    /// <param name="ForgetSaved">Saved passwords and private keys are to be forgotten.</param>
    public sealed record SavePasswords(PasswordSaving Saving, bool ForgetSaved) : EchoCommand;

    /// <summary><c>forget-passwords</c>: forget saved user names, passwords and private keys.</summary>
    public sealed record ForgetPasswords : EchoCommand;

    /// <summary>A command that has to be left out.</summary>
    /// <param name="Line">As it came.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Ignored(string Line, string Reason) : EchoCommand;

    /// <summary>A command that this version does not know, as it came.</summary>
    /// <param name="Line">The whole line.</param>
    public sealed record Unknown(string Line) : EchoCommand;
}
