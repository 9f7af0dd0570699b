package dev.tidegate.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A batch, without its content. Written by the functions of the migration only. */
@Entity
@Immutable
@IdClass(BatchRow.Key.class)
@Table(name = "batch", schema = "tidegate_queue")
class BatchRow {
    record Key(String caller, UUID batchId) {}

    @Id
    String caller = "";

    @Id
    @Column(name = "batch_id")
    UUID batchId = new UUID(0, 0);

    @Column(name = "client_id")
    UUID clientId = new UUID(0, 0);

    long position;
    int size;
    String digest = "";
    String state = "";

    @Column(name = "accepted_at")
    OffsetDateTime acceptedAt = OffsetDateTime.MIN;

    @Column(name = "settled_at")
    @Nullable
    OffsetDateTime settledAt;
}
