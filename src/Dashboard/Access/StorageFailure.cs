using System.Data.Common;
using System.Net.Sockets;

namespace Dashboard.Access;

/// <summary>Tells an unreachable database from a mistake of ours.</summary>
internal static class StorageFailure
{
    // EF wraps what the driver throws, so the whole chain is looked at.
    public static bool Is(Exception? exception) =>
        exception is not null && (exception is DbException or SocketException or TimeoutException || Is(exception.InnerException));
}
