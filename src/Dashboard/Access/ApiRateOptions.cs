namespace Dashboard.Access;

/// <summary>How often one address may call the API. One program that reads 500 servers every ten seconds stays below.</summary>
internal sealed class ApiRateOptions
{
    public int AtOnce { get; set; } = 1_000;

    public int PerSecond { get; set; } = 200;
}
