namespace E2E.Pages;

/// <summary>Tests that share one <see cref="LiveDashboard"/>, one after the other; each leaves it as it found it.</summary>
[CollectionDefinition]
public sealed class LiveDashboardTests : ICollectionFixture<LiveDashboard>;
