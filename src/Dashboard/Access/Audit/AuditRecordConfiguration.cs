using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Access.Audit;

internal sealed class AuditRecordConfiguration : IEntityTypeConfiguration<AuditRecord>
{
    public void Configure(EntityTypeBuilder<AuditRecord> builder)
    {
        builder.ToTable("audit"); // its migration adds triggers that refuse to change or remove a row
        builder.HasKey(record => record.Number);
        builder.Property(record => record.ActorKind).HasConversion<string>();
        builder.HasIndex(record => record.Id).IsUnique();
        builder.HasIndex(record => new { record.Server, record.Number });
        builder.HasIndex(record => new { record.Actor, record.Number });
    }
}
