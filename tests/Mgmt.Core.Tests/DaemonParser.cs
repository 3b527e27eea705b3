using System.Text;

namespace Mgmt.Core.Tests;

/// <summary>How OpenVPN splits a command line, written from its behaviour (see the recording <c>quoting-26</c>) and not from our builder.</summary>
internal static class DaemonParser
{
    private enum State
    {
        Between,
        Plain,
        DoubleQuoted,
        SingleQuoted,
    }

    public static List<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        State state = State.Between;
        bool escaped = false;
        foreach (char c in line + "\0")
        {
            bool wasEscaped = escaped;
            escaped = false;
            if (!wasEscaped && c == '\\' && state != State.SingleQuoted)
            {
                escaped = true;
                if (state == State.Between)
                    state = State.Plain;
                continue;
            }

            bool isBlank = !wasEscaped && c is ' ' or '\0';
            switch (state)
            {
                case State.Between when isBlank: break;
                case State.Between when !wasEscaped && c is '#' or ';': return words;
                case State.Between when !wasEscaped && c == '"': state = State.DoubleQuoted; break;
                case State.Between when !wasEscaped && c == '\'': state = State.SingleQuoted; break;
                case State.Between: state = State.Plain; word.Append(c); break;
                case State.Plain when isBlank: Close(); break;
                case State.DoubleQuoted when !wasEscaped && c == '"': Close(); break;
                case State.SingleQuoted when c == '\'': Close(); break;
                default: word.Append(c); break;
            }
        }

        return words;

        void Close()
        {
            words.Add(word.ToString());
            word.Clear();
            state = State.Between;
        }
    }
}
