package dev.tidegate.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.Immutable;

/** A client that has sent a batch. Written by the functions of the migration only. */
@Entity
@Immutable
@IdClass(ClientRow.Key.class)
@Table(name = "client", schema = "tidegate_queue")
class ClientRow {
    record Key(String caller, UUID clientId) {}

    @Id
    String caller = "";

    @Id
    @Column(name = "client_id")
    UUID clientId = new UUID(0, 0);

    long position;
}
