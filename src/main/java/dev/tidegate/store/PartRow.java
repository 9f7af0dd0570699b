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

/** What one store has to do for one batch. Written by the functions of the migration only. */
@Entity
@Immutable
@IdClass(PartRow.Key.class)
@Table(name = "part", schema = "tidegate_queue")
class PartRow {
    record Key(String store, UUID lane, long position) {}

    @Id
    String store = "";

    @Id
    UUID lane = new UUID(0, 0);

    @Id
    long position;

    long previous;

    String caller = "";

    @Column(name = "batch_id")
    UUID batchId = new UUID(0, 0);

    Integer[] operations = {};

    String state = "";
    int attempts;

    @Column(name = "settled_at")
    @Nullable
    OffsetDateTime settledAt;
}
