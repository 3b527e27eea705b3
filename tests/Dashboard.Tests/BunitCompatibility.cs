using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Dashboard.Tests;

/// <summary>Answers for the assembly that bunit was built against and that its package cannot bring; see the project file.</summary>
internal static class BunitCompatibility
{
    private const string StandIn = "AngleSharp.Diffing";

    [ModuleInitializer]
    internal static void Install() =>
        AssemblyLoadContext.Default.Resolving += static (context, name) =>
            name.Name is StandIn ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "compat", StandIn + ".dll")) : null;
}
