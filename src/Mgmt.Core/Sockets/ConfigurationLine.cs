using System.Text;

namespace Mgmt.Core.Sockets;

/// <summary>One option of an OpenVPN configuration.</summary>
/// <param name="Number">Its line, from 1.</param>
/// <param name="Words">The option's name without leading dashes, and its parameters.</param>
/// <param name="ConnectionBlock">Number of the <c>&lt;connection&gt;</c> block it stands in, 0 for none.</param>
internal sealed record ConfigurationLine(int Number, IReadOnlyList<string> Words, int ConnectionBlock)
{
    public string Name => Words[0];

    /// <summary>A parameter, from 1; null if there are fewer.</summary>
    public string? this[int index] => index < Words.Count ? Words[index] : null;

    /// <summary>Reads a configuration file: comments, quotes, and inline files, which are skipped.</summary>
    public static List<ConfigurationLine> ReadAll(string configuration)
    {
        var lines = new List<ConfigurationLine>();
        string? inline = null; // the tag that ends the inline file we are in
        int number = 0;
        int blocks = 0;
        int block = 0;
        foreach (ReadOnlySpan<char> text in configuration.EnumerateLines())
        {
            number++;
            string line = text.Trim().ToString();
            if (inline is not null)
            {
                if (line == inline)
                    inline = null;
                continue;
            }

            if (line == "<connection>")
                block = ++blocks;
            else if (line == "</connection>")
                block = 0;
            else if (line.StartsWith('<') && line.EndsWith('>'))
                inline = "</" + line[1..];
            else if (SplitWords(line) is { Count: > 0 } words)
                lines.Add(new ConfigurationLine(number, [words[0].TrimStart('-'), .. words[1..]], block));
        }

        return lines;
    }

    private static List<string> SplitWords(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool isOpen = false;
        char quote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (quote == '\0' && !isOpen && c is '#' or ';')
                break;
            if (c == '\\' && quote != '\'' && i + 1 < line.Length)
            {
                word.Append(line[++i]);
                isOpen = true;
            }
            else if (quote != '\0' ? c == quote : !isOpen && c is '"' or '\'')
            {
                quote = quote == '\0' ? c : '\0';
                isOpen = true;
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                Close();
            }
            else
            {
                word.Append(c);
                isOpen = true;
            }
        }

        Close();
        return words;

        void Close()
        {
            if (isOpen)
                words.Add(word.ToString());
            word.Clear();
            isOpen = false;
        }
    }
}
