using System.Globalization;
using System.Text;

using Dashboard.Fleet.Operations;

using Mgmt.Core.Commands;

namespace Dashboard.Fleet.PassThrough;

/// <summary>Judges what programs send over a pass-through socket. Decides only; sends nothing.</summary>
internal static class PassThroughRules
{
    /// <summary>What OpenVPN runs while it writes them is nothing.</summary>
    private const int MaxTestLines = 100;

    public static PassThroughVerdict Judge(string line, PassThroughAccess access)
    {
        if (CommandWords.Split(line) is not { } words)
            return new PassThroughVerdict.Refuse("the quotes or backslashes do not match");
        if (words.Count == 0)
            return new PassThroughVerdict.Nothing();
        string[] arguments = [.. words.Skip(1)];
        return Judge(words[0], arguments) ?? Pass(words[0], arguments, access);
    }

    // What belongs to one management connection is this program's own; what would end or blind the dashboard's is refused.
    private static PassThroughVerdict? Judge(string name, string[] arguments) => name switch
    {
        "exit" or "quit" => new PassThroughVerdict.Leave(),
        "state" or "log" or "echo" when arguments.Length > 0 => new PassThroughVerdict.Follow(name, [.. arguments.Take(2)]),
        "bytecount" when arguments is [var seconds, ..] => new PassThroughVerdict.ByteCounts(Seconds(seconds)),
        "version" when arguments is [var number, ..] => Seconds(number) > 3 ? new PassThroughVerdict.Answer($"Management client version set to {Seconds(number)}") : new PassThroughVerdict.Nothing(),
        "env-filter" when arguments is not ([] or ["0", ..]) => new PassThroughVerdict.Refuse("the dashboard needs env-filter 0"),
        "client-auth" or "client-pf" or "pk-sig" or "rsa-sig" or "certificate" => new PassThroughVerdict.RefuseBlock($"{name} is not passed through: blocks of lines are the dashboard's own"),
        "password" when arguments.Length == 1 => new PassThroughVerdict.RefuseBlock("a password block is not passed through"),
        "pkcs11-id-count" or "pkcs11-id-get" => new PassThroughVerdict.Refuse($"{name} is not passed through: it can crash OpenVPN"),
        "test" when arguments is not [var count, ..] || Seconds(count) is <= 0 or > MaxTestLines => new PassThroughVerdict.Refuse(string.Create(CultureInfo.InvariantCulture, $"test takes 1 to {MaxTestLines} here")),
        _ => null,
    };

    private static PassThroughVerdict Pass(string name, string[] arguments, PassThroughAccess access)
    {
        bool asks = name switch
        {
            "help" or "version" or "pid" or "status" or "load-stats" or "nclients" or "state" or "remote-entry-count" or "remote-entry-get" or "net" or "bytecount" or "log" or "echo" => true,
            "hold" or "verb" or "mute" or "auth-retry" or "env-filter" => arguments.Length == 0,
            _ => false,
        };
        if (!asks && access is PassThroughAccess.ReadOnly)
            return new PassThroughVerdict.Refuse($"this connection is read-only: '{name}' is not passed through");
        return Build(name, arguments, changesSomething: !asks);
    }

    /// <summary>The one line of these words; a refusal where they cannot be sent.</summary>
    public static PassThroughVerdict Build(string name, IEnumerable<string> arguments, bool changesSomething)
    {
        try
        {
            CommandLine line = new(name);
            foreach (string argument in arguments)
                line.Add(argument);
            return new PassThroughVerdict.Send(Encoding.UTF8.GetString(line.ToWire()).TrimEnd('\n'), changesSomething);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return new PassThroughVerdict.Refuse(e.Message.Split(" (Parameter", 2)[0]);
        }
    }

    // OpenVPN reads numbers leniently: what is none is 0.
    private static int Seconds(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}
