using System.Text;
using Mgmt.Core.Events;

namespace Mgmt.Core.Echo;

/// <summary>
/// Understands the echo lines of one OpenVPN process, in the order in which they come. A daemon sends them again after SIGUSR1, SIGHUP and to a new
/// management connection; messages that were shown since <see cref="Reset"/> are then marked as repeated. Not thread-safe.
/// </summary>
public sealed class EchoInterpreter
{
    /// <summary>The longest message that is collected, in characters; the rest is left out.</summary>
    public const int MaxMessageLength = 64 * 1024;

    /// <summary>Variable names of scripts begin with this.</summary>
    public const string VariablePrefix = "OPENVPN_";

    private const int MaxVariables = 1024;
    private const int MaxRemembered = 1024;

    private readonly StringBuilder _message = new();
    private readonly HashSet<(string Title, string Text, bool IsNotification)> _shown = [];

    /// <summary>Variables and password rules so far.</summary>
    public EchoSettings Settings { get; private set; } = EchoSettings.Initial;

    /// <summary>Begins a new connection of the user: messages shown before count as new again, unfinished ones are dropped, settings start afresh.</summary>
    public void Reset()
    {
        _message.Clear();
        _shown.Clear();
        Settings = EchoSettings.Initial;
    }

    /// <summary>Takes the next echo event.</summary>
    /// <param name="echo">An event, or a line of the <c>echo</c> command's reply.</param>
    public EchoCommand Interpret(ManagementEvent.Echo echo)
    {
        ArgumentNullException.ThrowIfNull(echo);
        return Interpret(echo.Text);
    }

    /// <summary>Takes the next echo line.</summary>
    /// <param name="line">Everything after the time stamp.</param>
    public EchoCommand Interpret(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        int blank = line.IndexOf(' ', StringComparison.Ordinal);
        string command = blank < 0 ? line : line[..blank];
        string rest = blank < 0 ? "" : line[(blank + 1)..];
        return command switch
        {
            "msg" => Append(PercentDecoder.Decode(rest) + "\n"),
            "msg-n" => Append(PercentDecoder.Decode(rest)),
            "msg-window" => Show(rest, isNotification: false),
            "msg-notify" => Show(rest, isNotification: true),
            "setenv" => SetVariable(line, rest),
            "save-passwords" when rest.Length == 0 => SetSaving(PasswordSaving.Allowed),
            "disable-save-passwords" when rest.Length == 0 => SetSaving(PasswordSaving.Forbidden),
            "forget-passwords" when rest.Length == 0 => new EchoCommand.ForgetPasswords(),
            _ => new EchoCommand.Unknown(line),
        };
    }

    private EchoCommand.MessageText Append(string text)
    {
        int room = MaxMessageLength - _message.Length;
        _message.Append(text.Length <= room ? text : text[..room]);
        return new EchoCommand.MessageText(text);
    }

    private EchoCommand.Message Show(string title, bool isNotification)
    {
        string text = _message.ToString();
        _message.Clear();
        if (text.EndsWith('\n'))
            text = text[..^1]; // one line end belongs to the last msg, not to the message
        title = PercentDecoder.Decode(title);
        if (_shown.Count >= MaxRemembered)
            _shown.Clear();
        return new EchoCommand.Message(title, text, isNotification, IsRepeated: !_shown.Add((title, text, isNotification)));
    }

    // setenv {NAME} {VALUE}
    private EchoCommand SetVariable(string line, string rest)
    {
        int blank = rest.IndexOf(' ', StringComparison.Ordinal);
        string name = blank < 0 ? rest : rest[..blank];
        string value = blank < 0 ? "" : rest[(blank + 1)..];
        if (name.Length == 0 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            return new EchoCommand.Ignored(line, "A variable's name has letters, digits and underscores only.");
        string fullName = VariablePrefix + name;
        if (Settings.Environment.Count >= MaxVariables && !Settings.Environment.ContainsKey(fullName))
            return new EchoCommand.Ignored(line, "Too many variables.");
        Settings = Settings with { Environment = Settings.Environment.SetItem(fullName, value) };
        return new EchoCommand.Variable(fullName, value);
    }

    private EchoCommand.SavePasswords SetSaving(PasswordSaving saving)
    {
        Settings = Settings with { PasswordSaving = saving };
        return new EchoCommand.SavePasswords(saving, ForgetSaved: saving == PasswordSaving.Forbidden);
    }
}
