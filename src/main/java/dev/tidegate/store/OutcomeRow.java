package dev.tidegate.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** An outcome that is not plainly "applied". Written by the functions of the migration only. */
@Entity
@Immutable
@IdClass(OutcomeRow.Key.class)
@Table(name = "outcome", schema = "tidegate_queue")
class OutcomeRow {
    record Key(String caller, UUID batchId, int index) {}

    @Id
    String caller = "";

    @Id
    @Column(name = "batch_id")
    UUID batchId = new UUID(0, 0);

    @Id
    @Column(name = "index")
    int index;

    String outcome = "";

    @Formula("cast(problem as text)")
    @Nullable
    String problem;

    @Formula("cast(current as text)")
    @Nullable
    String current;
}
