using System.Globalization;

namespace OpenVpn.Simulator;

/// <summary>The program's command line.</summary>
/// <param name="Folder">Where the sockets are.</param>
internal sealed record Arguments(string Folder)
{
    public const string Usage = """
        Usage: openvpn-simulator FOLDER [--servers N] [--clients N] [--seed N] [--steady]

        Plays OpenVPN servers with clients that move traffic, each with a management socket FOLDER/NAME.sock, until it is told to
        stop. Prints a line "NAME SOCKET" for each and then "ready". No tunnels, no root.

          --servers N   how many (3): paris is a 2.6, lyon a 2.7, oslo asks who may come in; then site4, site5, ...
          --clients N   how many clients each has (8)
          --seed N      another number, another story (1)
          --steady      nobody comes or goes, and oslo asks nobody
        """;

    public int Servers { get; init; } = 3;

    public int Clients { get; init; } = 8;

    public int Seed { get; init; } = 1;

    public bool IsSteady { get; init; }

    /// <returns>Null where they make no sense.</returns>
    public static Arguments? Parse(string[] args)
    {
        if (args is not [{ Length: > 0 } folder, ..] || folder.StartsWith('-'))
            return null;
        Arguments arguments = new(Path.GetFullPath(folder));
        for (int i = 1; i < args.Length; i++)
        {
            if (args[i] is "--steady")
            {
                arguments = arguments with { IsSteady = true };
                continue;
            }
            if (i + 1 == args.Length || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                return null;
            switch (args[i++])
            {
                case "--servers":
                    arguments = arguments with { Servers = number };
                    break;
                case "--clients":
                    arguments = arguments with { Clients = number };
                    break;
                case "--seed":
                    arguments = arguments with { Seed = number };
                    break;
                default:
                    return null;
            }
        }
        return arguments;
    }
}
