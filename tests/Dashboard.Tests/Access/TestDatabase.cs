namespace Dashboard.Tests.Access;

internal static class TestDatabase
{
    public static string NewConnectionString() => $"Host=/tmp/access-pg;Port=55433;Username=postgres;Database=access_{Guid.NewGuid():N}";
}
