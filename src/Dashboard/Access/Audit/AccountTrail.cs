using System.Net;

using Dashboard.Fleet.Operations;
using Dashboard.Storage;

namespace Dashboard.Access.Audit;

/// <summary>Puts on record what happens to accounts: who signs in and out, and who changes users, tokens and ways to sign in.</summary>
internal sealed class AccountTrail(IAuditTrail audit, TimeProvider time)
{
    /// <summary>
    /// Who comes with a name that nobody has. What they typed is not kept: it may be a password in the wrong field. No
    /// user can be called this.
    /// </summary>
    public const string Stranger = "(unknown)";

    private readonly RefusalLimit _refusals = new(time);

    /// <param name="what">Whom or what exactly it was done to, and how.</param>
    public void Done(Caller by, string action, string? what = null, string? before = null, string? after = null) =>
        Write(by, action, OperationOutcome.Done, what, reply: null, before, after);

    /// <summary>What a person did to themselves, in the request at hand.</summary>
    public void Done(DashboardUser user, IPAddress? address, string action, string? what = null) => Done(Caller.User(user.UserName, address), action, what);

    /// <summary>An entry whatever came of it; for what takes a session or a token, so that nobody can write without end.</summary>
    public void Write(Caller by, string action, OperationOutcome outcome, string? what, string? reply, string? before = null, string? after = null) =>
        audit.Write(new AuditEntry(time.GetUtcNow(), by, action, outcome.ToString()) { Details = what, Reply = reply, Before = before, After = after });

    /// <summary>
    /// Somebody did not get in. Anybody can do that as often as they like, and nothing is ever removed from the trail, so
    /// the first few within a while are on record; all of them are in the dashboard's own log.
    /// </summary>
    /// <param name="userName">Whose account it was; null where there is none.</param>
    public void Refused(string? userName, IPAddress? address, string action, string reason)
    {
        if (_refusals.Take(action, userName) is not { } place)
            return;
        string rest = place.IsLast ? $" What follows until {place.Until:HH:mm} UTC is in the dashboard’s own log only." : "";
        Write(Caller.User(userName ?? Stranger, address), action, OperationOutcome.Denied, what: null, $"{reason}.{rest}");
    }
}
