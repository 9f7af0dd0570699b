package dev.tidegate.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** An operation that could not be applied. Written by the functions of the migration, deleted on its client's word. */
@Entity
@Immutable
@Table(name = "error", schema = "tidegate_queue")
class ErrorRow {
    @Id
    @Column(name = "error_id")
    UUID errorId = new UUID(0, 0);

    long seq;
    String caller = "";

    @Column(name = "client_id")
    UUID clientId = new UUID(0, 0);

    @Column(name = "batch_id")
    UUID batchId = new UUID(0, 0);

    @Column(name = "index")
    int index;

    @Formula("cast(operation as text)")
    String operation = "";

    @Formula("cast(problem as text)")
    String problem = "";

    @Formula("cast(current as text)")
    @Nullable
    String current;

    @Column(name = "at")
    OffsetDateTime at = OffsetDateTime.MIN;
}
