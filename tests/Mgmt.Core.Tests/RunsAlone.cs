namespace Mgmt.Core.Tests;

/// <summary>For tests that look at the memory of the whole process.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
