package dev.tidegate.ops;

import dev.tidegate.model.EntityName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.observation.RequestTrail;
import dev.tidegate.problem.ProblemCode;
import java.time.Clock;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Writes what the audit log keeps, to the category {@code tidegate.audit}: one JSON object a line, with names and ids, never
 * values. {@code src/docs/operations.md} lists the fields. Nothing is made while the category is off.
 */
final class AuditLines implements Observer {
    /** Beyond it the operations of a batch go on in another line; lines stay below the 16 KiB at which container runtimes split them. */
    static final int LONG = 8 * 1024;

    private static final Logger AUDIT = Logger.getLogger("tidegate.audit");

    private final Clock clock;
    private final Supplier<Optional<RequestTrail>> current;

    /** {@code current} tells the request that is worked on, for acts that do not say it. */
    AuditLines(Clock clock, Supplier<Optional<RequestTrail>> current) {
        this.clock = clock;
        this.current = current;
    }

    @Override
    public void see(Observation observation) {
        if (observation instanceof Observation.Act act && AUDIT.isEnabled(level(act))) {
            write(act);
        }
    }

    private static Logger.Level level(Observation.Act act) {
        return act instanceof Observation.AccessRefused ? Logger.Level.WARN : Logger.Level.INFO;
    }

    private void write(Observation.Act act) {
        switch (act) {
            case Observation.WriteServed write -> log(act, written(write));
            case Observation.BatchAccepted batch -> log(act, accepted(batch));
            case Observation.OperationsSettled settled -> log(settled);
            case Observation.DeskUsed used -> log(act, used(used));
            case Observation.ModelRead read -> log(act, read(read));
            case Observation.OperatorCalled called -> log(act, called(called));
            case Observation.AccessRefused refused -> log(act, refused(refused));
        }
    }

    private void log(Observation.Act act, JsonLine line) {
        AUDIT.log(level(act), line.end().toString());
    }

    private JsonLine line(String action, Optional<String> caller) {
        return new JsonLine()
                .begin()
                .with("time", clock.instant().toString())
                .with("action", action)
                .with("caller", caller);
    }

    private JsonLine line(String action, String caller) {
        return line(action, Optional.of(caller));
    }

    private JsonLine written(Observation.WriteServed write) {
        return line(Meters.word(write.kind().name()), write.author().caller())
                .with("profile", write.author().profile().value())
                .with("entity", write.entity().toString())
                .with("id", write.id())
                .with("repeated", write.repeated())
                .with("request", write.author().request());
    }

    private JsonLine of(String action, Observation.Sender sender) {
        return line(action, sender.author().caller())
                .with("profile", sender.author().profile().value())
                .with("client", sender.client().toString())
                .with("batch", sender.batch().toString());
    }

    private JsonLine accepted(Observation.BatchAccepted batch) {
        return of("submit", batch.sender())
                .with("operations", batch.operations())
                .with("repeated", batch.duplicate())
                .with("request", batch.sender().author().request());
    }

    /** As many lines as it takes; {@code more} tells that another one follows. */
    private void log(Observation.OperationsSettled settled) {
        Iterator<Observation.SettledOperation> rest = settled.operations().iterator();
        do {
            JsonLine line = of("apply", settled.sender())
                    .with("store", settled.store().value())
                    .beginList("operations");
            while (rest.hasNext() && line.length() < LONG) {
                add(line, rest.next());
            }
            log(settled, line.endList().with("more", rest.hasNext()));
        } while (rest.hasNext());
    }

    private static void add(JsonLine line, Observation.SettledOperation operation) {
        line.begin()
                .with("index", operation.index())
                .with("op", Meters.word(operation.kind().name()))
                .with("entity", operation.entity().map(EntityName::toString))
                .with("id", operation.id())
                .with("outcome", Meters.word(operation.outcome().name()))
                .with("code", operation.code().map(ProblemCode::code))
                .end();
    }

    private JsonLine used(Observation.DeskUsed used) {
        return line(Meters.word(used.action().name()), used.actor())
                .with("error", used.error().toString())
                .with("corrected", used.corrected())
                .with("request", current.get().map(RequestTrail::request));
    }

    private JsonLine read(Observation.ModelRead read) {
        return line("reload", read.actor())
                .with("outcome", Meters.word(read.outcome().name()))
                .with("model", read.version());
    }

    private JsonLine called(Observation.OperatorCalled called) {
        return line("operate", called.actor())
                .with("method", called.method())
                .with("path", called.path())
                .with("request", called.request());
    }

    private JsonLine refused(Observation.AccessRefused refused) {
        return line("refuse", refused.caller())
                .with("method", refused.method())
                .with("path", refused.path())
                .with("entity", refused.entity().map(EntityName::toString))
                .with("code", refused.code().code())
                .with("request", refused.request());
    }
}
