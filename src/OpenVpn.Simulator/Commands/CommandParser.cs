using System.Text;

namespace OpenVpn.Simulator.Commands;

/// <summary>Splits a command line as OpenVPN splits a line of a configuration file.</summary>
internal static class CommandParser
{
    private const int MaxParameters = 16;
    private const int MaxBytes = 256;

    private enum Place
    {
        Between = 0,
        DoubleQuoted = 1,
        Plain = 2,
        SingleQuoted = 4,
    }

    /// <returns>The parameters; or what is wrong, without <c>ERROR: </c>.</returns>
    public static (string[] Parameters, string? Error) Parse(string line)
    {
        List<string> parameters = [];
        StringBuilder parameter = new();
        Place place = Place.Between;
        bool escaped = false;
        foreach (char c in line + '\0')
        {
            if (c == '\\' && !escaped && place is not Place.SingleQuoted)
            {
                escaped = true;
                continue;
            }
            bool blank = c is ' ' or '\0';
            char? kept = null;
            bool done = false;
            switch (place)
            {
                case Place.Between when blank:
                    break;
                case Place.Between when c is ';' or '#':
                    return ([.. parameters], null);
                case Place.Between when c is '"' && !escaped:
                    place = Place.DoubleQuoted;
                    break;
                case Place.Between when c is '\'' && !escaped:
                    place = Place.SingleQuoted;
                    break;
                case Place.Between or Place.Plain:
                    place = Place.Plain;
                    done = blank && !escaped;
                    kept = done ? null : c;
                    break;
                case Place.DoubleQuoted:
                    done = c is '"' && !escaped;
                    kept = done ? null : c;
                    break;
                case Place.SingleQuoted:
                    done = c is '\'';
                    kept = done ? null : c;
                    break;
            }
            if (done)
            {
                parameters.Add(parameter.ToString());
                parameter.Clear();
                place = Place.Between;
                if (parameters.Count == MaxParameters)
                    return ([.. parameters], null);
            }
            if (escaped && kept is { } meant and not ('\\' or '"' or ' ' or '\0'))
                return ([], $"Options warning: Bad backslash ('\\') usage in TCP:0: remember that backslashes are treated as shell-escapes and if you need to pass backslash characters as part of a Windows filename, you should use double backslashes such as \"c:\\\\openvpn\\\\static.key\"");
            escaped = false;
            if (kept is { } character and not '\0')
            {
                if (Encoding.UTF8.GetByteCount(parameter.ToString()) >= MaxBytes)
                    return ([], $"Options error: Parameter at TCP:0 is too long ({MaxBytes} chars max): {parameter.ToString()[..(MaxBytes - 1)]}");
                parameter.Append(character);
            }
        }
        return place switch
        {
            Place.DoubleQuoted => ([], "Options error: No closing quotation (\") in TCP:0"),
            Place.SingleQuoted => ([], "Options error: No closing single quotation (') in TCP:0"),
            Place.Plain => ([], "Options error: Residual parse state (2) in TCP:0"),
            _ => ([.. parameters], null),
        };
    }
}
