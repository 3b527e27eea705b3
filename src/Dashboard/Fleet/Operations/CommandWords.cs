using System.Text;

namespace Dashboard.Fleet.Operations;

/// <summary>Splits a line into words as OpenVPN does, so that what it will run is judged and not what it looks like.</summary>
internal static class CommandWords
{
    /// <returns>Null where the quoting cannot be understood: OpenVPN would answer with an error, or differently than expected.</returns>
    public static IReadOnlyList<string>? Split(string line)
    {
        List<string> words = [];
        for (int i = 0; ;)
        {
            while (i < line.Length && line[i] is ' ')
                i++;
            if (i == line.Length || line[i] is '#' or ';') // a comment, to the end of the line
                return words;
            char quote = line[i] is '"' or '\'' ? line[i++] : ' ';
            StringBuilder word = new();
            while (true)
            {
                bool isAtEnd = i == line.Length;
                if (isAtEnd && quote is not ' ')
                    return null; // no closing quotation
                if (isAtEnd || (quote is ' ' ? line[i] is ' ' : line[i] == quote))
                    break;
                if (line[i] is '\\' && quote is not '\'')
                {
                    if (++i == line.Length || !(line[i] is '\\' or '"' || line[i] is ' '))
                        return null; // bad backslash
                }
                word.Append(line[i++]);
            }
            if (quote is not ' ')
                i++;
            words.Add(word.ToString());
        }
    }
}
