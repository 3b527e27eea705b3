using Dashboard.Fleet.Diagnosis;
using Dashboard.Live;

namespace Dashboard.Api;

/// <summary>What was found between the dashboard and a server, in the order in which it goes wrong.</summary>
internal sealed record DiagnosisResource(string Server, ServerStatus Status, IEnumerable<DiagnosisCheck> Checks, DateTimeOffset AsOf)
{
    public static DiagnosisResource From(ServerSnapshot server) => new(server.Name, server.Status, ServerDiagnosis.Of(server), server.AsOf);
}
