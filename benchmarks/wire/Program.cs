// Reads a number of >BYTECOUNT_CLI lines from a unix socket through the public API and prints events per second and a checksum.
//
//   wire read PATH COUNT     connect to PATH, read until COUNT byte counts have come
//   wire serve PATH COUNT    be the daemon: greet whoever connects, then send COUNT lines (and so for every connection)
//   wire COUNT               both, over a socket of its own: a child process is the daemon
//   wire memory COUNT        the same from memory, without any socket
//   wire rest COUNT          open COUNT connections that say nothing, and print the memory of each
using System.Globalization;
using Wire;

switch (args)
{
    case ["read", var path, var count]:
        await Reader.RunAsync(path, Number(count));
        return 0;
    case ["serve", var path, var count]:
        await Daemon.RunAsync(path, Number(count));
        return 0;
    case ["memory", var count]:
        FromMemory.Run((int)Number(count));
        return 0;
    case ["rest", var count]:
        await Rest.RunAsync((int)Number(count));
        return 0;
    case [var count] when char.IsAsciiDigit(count[0]):
        await Both.RunAsync(Number(count));
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: wire COUNT | wire read PATH COUNT | wire serve PATH COUNT | wire memory COUNT | wire rest COUNT");
        return 2;
}

static long Number(string text) => long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
