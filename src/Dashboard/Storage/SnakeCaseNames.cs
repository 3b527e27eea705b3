using System.Text;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Dashboard.Storage;

/// <summary>Columns, keys and indexes as one writes them in SQL, so that nobody has to quote: <c>ConnectedSince</c> is <c>connected_since</c>.</summary>
/// <remarks>
/// Not EFCore.NamingConventions (10.0.1): it renames the columns of the migrations' own history as well, so that a database that exists
/// cannot be migrated any more, and it names foreign keys by what a table was called before it got its name.
/// </remarks>
internal static class SnakeCaseNames
{
    public static void Apply(ModelBuilder builder)
    {
        foreach (IMutableEntityType entity in builder.Model.GetEntityTypes())
        {
            if (entity.IsMappedToJson())
            {
                entity.SetContainerColumnName(From(entity.GetContainerColumnName()!));
                continue;
            }
            foreach (IMutableProperty property in entity.GetProperties())
                property.SetColumnName(From(property.Name));
            foreach (IMutableKey key in entity.GetKeys())
                key.SetName(From(key.GetName()!));
            foreach (IMutableForeignKey key in entity.GetForeignKeys())
                key.SetConstraintName(From(key.GetConstraintName()!));
            foreach (IMutableIndex index in entity.GetIndexes())
                index.SetDatabaseName(From(index.GetDatabaseName()!));
        }
    }

    internal static string From(string name)
    {
        StringBuilder text = new(name.Length + 8);
        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            if (char.IsUpper(c) && i > 0 && name[i - 1] != '_' && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))))
                text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
