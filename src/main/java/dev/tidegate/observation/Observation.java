package dev.tidegate.observation;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Something worth noticing. Holds names of the model and codes only, never users' data; but where it matters who did something
 * to which objects, the caller's name and ids.
 */
public sealed interface Observation {

    /** What the audit log keeps: who did what, or was not let, and to which objects. Never values. */
    sealed interface Act extends Observation {}

    /** What tells more of the request that is being worked on. */
    sealed interface OfCall extends Observation {}

    /** Who changes something, through which profile, and by which request, where that is still known. */
    record Author(String caller, ProfileName profile, Optional<String> request) {}

    /** Whose batch, and which. */
    record Sender(Author author, ClientId client, BatchId batch) {}

    /** A live read was answered. */
    record ReadServed(EntityName entity, int objects, Duration took) implements OfCall {}

    /** A live write was answered ({@code repeated}: with the answer that an earlier request had under the same key). */
    record WriteServed(Author author, EntityName entity, String id, WriteKind kind, boolean repeated, Duration took)
            implements Act, OfCall {}

    /** A live write met others or a dead connection; nothing is left of it, and it is repeated a few times. */
    record WriteRepeated(StoreName store) implements Observation {}

    /** A stream of objects came to an end, this one or that; so many objects were sent. */
    record StreamEnded(EntityName entity, long objects, Duration took, StreamEnd how) implements OfCall {}

    /** A leg of a download was read from a store; after the {@code last} one the client is at a moment of the store. */
    record LegRead(StoreName store, int puts, int removes, boolean last, Duration took) implements Observation {}

    /** A client that listens was told that a pull would bring something. */
    record HintSent() implements Observation {}

    /** A client that has listened for so long does so no more. */
    record ListeningEnded(ListeningEnd how, Duration took) implements OfCall {}

    /** A watch looked for news in a store, or in the queue; {@code noticed}: there were some. */
    record WatchLooked(String place, boolean noticed, Duration took) implements Observation {}

    /** A request was refused: seen once for each such answer. {@code entity} where the request names one of the model. */
    record Refused(Flow flow, Optional<EntityName> entity, ProblemCode code) implements Observation {}

    /** A batch became durable ({@code duplicate}: it already was). */
    record BatchAccepted(Sender sender, int operations, boolean duplicate) implements Act {}

    /**
     * A client that knows another version of the model, perhaps none, went on with an entity of {@code compatibility} as if it were {@code all}:
     * by an operation, or by a download.
     */
    record CompatibilityUsed(EntityName entity, Flow flow, Optional<String> version) implements Observation {}

    /** Submissions that came at the same time were answered after one commit. */
    record GroupCommitted(int batches, Duration took) implements Observation {}

    /** A lane was taken over from a worker that had it and did not renew its lease. */
    record LeaseExpired(StoreName store) implements Observation {}

    /** What was settled long ago was forgotten: batches of the queue, or applied operations of a store. */
    record Forgotten(String place, long rows) implements Observation {}

    /**
     * A look at the change logs of a store found something that the look before had not: {@code repaired} was put right,
     * {@code wanting} is not as it should be. In words, with names of tables.
     */
    record ChangeLogsLookedAt(StoreName store, List<String> repaired, List<String> wanting) implements Observation {
        public ChangeLogsLookedAt {
            repaired = List.copyOf(repaired);
            wanting = List.copyOf(wanting);
        }
    }

    /** Operations of a batch that one store was to carry out were decided for good, unless they are parked. */
    record OperationsSettled(Sender sender, StoreName store, List<SettledOperation> operations) implements Act {
        public OperationsSettled {
            operations = List.copyOf(operations);
        }
    }

    /**
     * One of them, by its place in the batch. {@code entity} where it names one of the model; {@code id} as the client spelt it;
     * {@code code} says why, when it was not simply applied.
     */
    record SettledOperation(
            int index,
            WriteKind kind,
            Optional<EntityName> entity,
            Optional<String> id,
            Outcome outcome,
            Optional<ProblemCode> code) {}

    /** A part of a batch was applied in its store. */
    record PartApplied(StoreName store, int operations, Duration took, Duration queuedFor) implements Observation {}

    /** Parts of several clients' batches were applied in one transaction, and settled. */
    record GroupApplied(StoreName store, int parts, Duration took) implements Observation {}

    /** An attempt to apply failed for a reason that is not the batch's; it will be tried again. */
    record ApplyDelayed(StoreName store, String reason) implements Observation {}

    /** Somebody was told that the queue is unavailable. {@code reason}: quotes nothing of what users sent. */
    record QueueFailed(String reason) implements Observation {}

    /**
     * A store's lanes stood elsewhere than the queue has them: one of the databases has lost what it had kept. {@code parts}:
     * so many are applied again, or for the first time under the store's old positions.
     */
    record HistoryLost(StoreName store, LostBy by, int parts) implements Observation {}

    enum LostBy {
        /** It stands behind what it had confirmed. */
        STORE,
        /** The gateway's own database does not know batches that the store has applied. */
        QUEUE
    }

    /** A store's state changed, by the name of {@code StoreState}. */
    record StoreStateChanged(StoreName store, String from, String to) implements Observation {}

    /** A store's circuit opened, half-opened or closed by what calls have met, by the name of {@code Circuit}. */
    record CircuitChanged(StoreName store, String to) implements Observation {}

    /** A call was not sent to its store. */
    record CallRefused(StoreName store, Reason reason) implements Observation {
        /** The store is down; one call is trying it; it has as many calls under way as it may have. */
        public enum Reason {
            DOWN,
            BEING_TRIED,
            FULL
        }
    }

    /** Bytes of an uploaded content became durable, or were read for who downloads it. */
    record FileMoved(FileWay way, long bytes) implements Observation {}

    /** An uploaded content is complete. */
    record FileCompleted(long bytes) implements Observation {}

    /** Somebody retried ({@code corrected}: with a changed body) or discarded an operation that could not be applied. */
    record DeskUsed(DeskAction action, String actor, UUID error, boolean corrected) implements Act {}

    /** From now on calls are served by the model of this version. */
    record ModelServed(String version) implements Observation {}

    /**
     * The model file was read again, for an operator or since its content had changed. {@code version}: of the model that is served
     * since; {@code report}: what is wrong or doubtful in the file, for people.
     */
    record ModelRead(ModelOutcome outcome, Optional<String> actor, String version, String report) implements Act {}

    /** An operator made a call that only operators may make. */
    record OperatorCalled(String actor, String method, String path, String request) implements Act {}

    /**
     * A call was refused since nobody knows who made it, or since who made it may not. {@code caller} where that is known;
     * {@code path} as it came.
     */
    record AccessRefused(
            Optional<String> caller,
            String method,
            String path,
            Optional<EntityName> entity,
            ProblemCode code,
            String request)
            implements Act {}

    /**
     * A request met a bug and was answered {@code internal-error}; {@code incident} is what the client was told. The path is
     * that of the contract, without names and ids.
     */
    record RequestFaulted(UUID incident, String request, Flow flow, String method, String pathTemplate, Throwable cause)
            implements Observation {}

    /** What a request is about; {@code OTHER} where it is none of the flows or of no path. */
    enum Flow {
        READ,
        WRITE,
        UPLOAD,
        DOWNLOAD,
        CONNECTIVITY,
        CHECK,
        OTHER
    }

    enum FileWay {
        IN,
        OUT
    }

    enum WriteKind {
        CREATE,
        UPDATE,
        DELETE
    }

    enum DeskAction {
        RETRY,
        DISCARD
    }

    enum StreamEnd {
        SERVED,
        /** A fault after the first byte, which the client was told. */
        FAILED,
        /** The client took nothing for too long. */
        CLIENT_STALLED,
        CLIENT_GONE
    }

    enum ListeningEnd {
        CLIENT_GONE,
        /** The client took nothing for too long. */
        CLIENT_STALLED,
        /** The caller is not let in any more as it was. */
        CALLER_CHANGED,
        /** Another model is served from now on, in which other things may concern it. */
        MODEL_CHANGED,
        SHUTDOWN
    }

    enum ModelOutcome {
        /** It is served now. */
        LOADED,
        /** It says what the one that is served says. */
        UNCHANGED,
        /** It cannot be served, so the one before is. */
        REFUSED
    }

    enum Outcome {
        APPLIED,
        MERGED,
        CONFLICT,
        REJECTED,
        PARKED,
        SKIPPED
    }
}
