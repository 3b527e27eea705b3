using System.Security.Claims;
using Dashboard.Access.Audit;
using Dashboard.Access.Schema;
using Dashboard.Access.Users;
using Dashboard.Fleet.Operations;
using Dashboard.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dashboard.Access.Tokens;

/// <summary>What administrators do to API tokens. Never throws for an expected outcome.</summary>
internal sealed class TokenAdministration(
    IDbContextFactory<DashboardDbContext> contexts, StoredApiTokens stored, ApiTokenStore configured, IAuthorizationService authorization, AccountTrail trail, TimeProvider time, ILogger<TokenAdministration> logger)
{
    /// <summary>Tells scanners for leaked secrets, and people, what it is.</summary>
    public const string SecretPrefix = "ovpn-dashboard-";

    private const int MaxNameLength = 64;

    /// <summary>The tokens in the database by name. Empty for whoever is no administrator.</summary>
    public async Task<IReadOnlyList<ApiTokenRow>> ListAsync(ClaimsPrincipal caller, CancellationToken cancellationToken = default)
    {
        if (!(await authorization.AuthorizeAsync(caller, Policies.Administer)).Succeeded)
            return [];
        await using DashboardDbContext database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Set<ApiTokenRow>().AsNoTracking().OrderBy(token => token.Name).ToListAsync(cancellationToken);
    }

    /// <summary>Makes a token; its secret is in the result and nowhere else.</summary>
    /// <param name="lifetime">Null: it does not expire.</param>
    public Task<AdministrationResult> CreateAsync(ClaimsPrincipal caller, string name, string role, IReadOnlyList<string> servers, TimeSpan? lifetime) =>
        RunAsync(caller, AccountActions.CreateToken, name, $"{AccountActions.Access(role, servers)}, {(lifetime is null ? "without an end" : $"until {time.GetUtcNow() + lifetime:u}")}", async database =>
        {
            if (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Any(char.IsControl))
                return new AdministrationResult.Refused($"A name is needed: a line of at most {MaxNameLength} characters.");
            if (!Roles.All.Contains(role, StringComparer.Ordinal))
                return new AdministrationResult.Refused("Choose a role.");
            if (configured.Tokens.Any(token => string.Equals(token.Name, name, StringComparison.OrdinalIgnoreCase)))
                return new AdministrationResult.Refused("A token of the configuration has this name.");
            string secret = SecretPrefix + SecretToken.New();
            DateTimeOffset now = time.GetUtcNow();
            database.Add(new ApiTokenRow
            {
                Id = Guid.NewGuid(),
                Name = name,
                Hash = SecretToken.Hash(secret),
                Role = role,
                Servers = [.. servers],
                CreatedBy = caller.Identity?.Name ?? "",
                CreatedAt = now,
                ExpiresAt = now + lifetime,
            });
            try
            {
                await database.SaveChangesAsync();
            }
            catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                return new AdministrationResult.Refused("There is a token of this name.");
            }
            return new AdministrationResult.DoneWithSecret(secret);
        });

    public Task<AdministrationResult> RevokeAsync(ClaimsPrincipal caller, Guid id, string name) =>
        RunAsync(caller, AccountActions.RevokeToken, name, wanted: null, async database =>
        {
            bool existed = await database.Set<ApiTokenRow>().Where(token => token.Id == id).ExecuteDeleteAsync() > 0;
            stored.Forget();
            return existed ? new AdministrationResult.Done() : new AdministrationResult.Refused("There is no such token any more.");
        });

    private async Task<AdministrationResult> RunAsync(ClaimsPrincipal caller, string action, string name, string? wanted, Func<DashboardDbContext, Task<AdministrationResult>> change)
    {
        if (!(await authorization.AuthorizeAsync(caller, Policies.Administer)).Succeeded || ServerAccess.Of(caller).IsLimited)
            return Record(new AdministrationResult.Refused("Only an administrator of all servers may do this."), OperationOutcome.Denied);
        if (!(await authorization.AuthorizeAsync(caller, Policies.Proven)).Succeeded)
            return Record(new AdministrationResult.ProofWanted(), OperationOutcome.Denied);
        try
        {
            await using DashboardDbContext database = await contexts.CreateDbContextAsync();
            AdministrationResult result = await change(database);
            return Record(result, result is AdministrationResult.Refused ? OperationOutcome.Refused : OperationOutcome.Done);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            Log.AdministrationFailed(logger, e, action);
            return Record(new AdministrationResult.Refused("The database cannot be reached: nothing was changed."), OperationOutcome.Failed);
        }

        AdministrationResult Record(AdministrationResult result, OperationOutcome outcome)
        {
            bool done = outcome is OperationOutcome.Done;
            trail.Write(Caller.From(caller), action, outcome, done || wanted is null ? name : $"{name} as {wanted}", result.WhyNot, after: done ? wanted : null);
            return result;
        }
    }
}
