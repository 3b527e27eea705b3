using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mgmt.Core.Commands;

/// <summary>
/// The one way by which a command comes to be: exactly one line, with exactly the parameters given, whatever they contain. What cannot be sent
/// so is refused with an <see cref="ArgumentException"/> that does not repeat the text, which may be secret.
/// </summary>
public sealed class CommandLine
{
    /// <summary>The longest line, in bytes and without its line end; of a longer one OpenVPN runs the tail as a command of its own.</summary>
    public const int MaxLength = 1023;

    /// <summary>The longest parameter, in bytes before quoting.</summary>
    public const int MaxParameterLength = 256;

    /// <summary>The most words, the command's own included; OpenVPN ignores what comes after them.</summary>
    public const int MaxWords = 16;

    private static readonly SearchValues<char> s_plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/=+@,");

    private readonly StringBuilder _line = new();
    private int _words = 1;

    /// <summary>Begins a command.</summary>
    /// <param name="name">Its first word: letters, digits and <c>-</c>.</param>
    public CommandLine(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.AsSpan().ContainsAnyExcept(s_plain))
            throw new ArgumentException("A command's name has letters, digits and dashes only.", nameof(name));
        Name = name;
        _line.Append(name);
    }

    /// <summary>The command's first word.</summary>
    public string Name { get; }

    /// <summary>Adds a number.</summary>
    /// <param name="value">The number.</param>
    public CommandLine Add(long value) => Add(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a CID.</summary>
    /// <param name="client">The CID.</param>
    public CommandLine Add(ClientId client) => Add(client.Value);

    /// <summary>Adds a KID.</summary>
    /// <param name="key">The KID.</param>
    public CommandLine Add(KeyId key) => Add(key.Value);

    /// <summary>Adds one parameter, quoted where that is needed.</summary>
    /// <param name="parameter">Any text without control characters, of at most <see cref="MaxParameterLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The text cannot be sent.</exception>
    public CommandLine Add(string parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ThrowIfUnsendable(parameter, MaxParameterLength, nameof(parameter));
        if (++_words > MaxWords)
            throw new ArgumentException($"A command has at most {MaxWords} words.", nameof(parameter));
        _line.Append(' ');
        if (parameter.Length > 0 && !parameter.AsSpan().ContainsAnyExcept(s_plain))
        {
            _line.Append(parameter);
            return this;
        }

        _line.Append('"');
        foreach (char c in parameter)
        {
            if (c is '"' or '\\')
                _line.Append('\\');
            _line.Append(c);
        }

        _line.Append('"');
        return this;
    }

    /// <summary>The line as it is sent, line end included.</summary>
    /// <exception cref="InvalidOperationException">The line is longer than <see cref="MaxLength"/>.</exception>
    public byte[] ToWire()
    {
        _line.Append('\n');
        byte[] wire = Encoding.UTF8.GetBytes(_line.ToString());
        _line.Length--;
        return wire.Length - 1 <= MaxLength ? wire : throw new InvalidOperationException($"The command is longer than {MaxLength} bytes.");
    }

    /// <summary>The command's name; parameters may be secret.</summary>
    public override string ToString() => Name;

    /// <summary>Refuses what would not arrive as one piece of text.</summary>
    internal static void ThrowIfUnsendable(string text, int maxBytes, string parameterName)
    {
        foreach (char c in text)
        {
            if (c is < ' ' or '\x7f')
                throw new ArgumentException("Control characters and line breaks cannot be sent to OpenVPN.", parameterName);
        }

        if (HasLoneSurrogate(text))
            throw new ArgumentException("The text is not valid Unicode.", parameterName);
        if (Encoding.UTF8.GetByteCount(text) > maxBytes)
            throw new ArgumentException($"The text is longer than {maxBytes} bytes.", parameterName);
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int consumed) != OperationStatus.Done)
                return true;
            text = text[consumed..];
        }

        return false;
    }
}
