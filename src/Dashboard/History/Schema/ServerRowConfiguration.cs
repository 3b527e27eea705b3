using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.History.Schema;

internal sealed class ServerRowConfiguration : IEntityTypeConfiguration<ServerRow>
{
    public void Configure(EntityTypeBuilder<ServerRow> builder)
    {
        builder.ToTable("server");
        builder.HasIndex(server => server.Name).IsUnique();
    }
}
