package dev.tidegate.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.Immutable;

/** A client's lane in one store, as far as the queue knows. Written by the functions of the migration only. */
@Entity
@Immutable
@IdClass(LaneRow.Key.class)
@Table(name = "lane", schema = "tidegate_queue")
class LaneRow {
    record Key(String store, UUID lane) {}

    @Id
    String store = "";

    @Id
    UUID lane = new UUID(0, 0);

    @Column(name = "settled_position")
    long settledPosition;

    @Formula("leased_until > clock_timestamp()")
    boolean leased;
}
