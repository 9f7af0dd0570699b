package dev.tidegate.ops;

import dev.tidegate.model.EntityName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.problem.ProblemCode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Counts and times what is observed. Names begin with {@code tidegate.} (Prometheus: {@code tidegate_}) and stand in
 * {@code src/docs/operations.md}. Values of tags are names of the model and codes, so that their number is bounded.
 */
final class Meters implements Observer {
    private static final String NONE = "none";
    private static final String SERVED = "served";

    /** Buckets from one millisecond to ten seconds, the same for every timer. */
    private static final Duration[] BUCKETS = millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000);

    private final MeterRegistry registry;

    Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void see(Observation observation) {
        switch (observation) {
            case Observation.ReadServed read -> served(read);
            case Observation.StreamEnded stream -> streamed(stream);
            case Observation.Refused refused -> refused(refused);
            case Observation.BatchAccepted batch -> accepted(batch);
            case Observation.OperationSettled settled -> settled(settled);
            case Observation.PartApplied part -> applied(part);
            case Observation.ApplyDelayed delayed ->
                registry.counter(
                                "tidegate.apply.delays",
                                "store",
                                delayed.store().value())
                        .increment();
            case Observation.RequestFaulted _ ->
                registry.counter("tidegate.faults").increment();
            case Observation.StoreStateChanged changed ->
                registry.counter(
                                "tidegate.store.state.changes",
                                "store",
                                changed.store().value(),
                                "to",
                                changed.to().toLowerCase(Locale.ROOT))
                        .increment();
        }
    }

    private void served(Observation.ReadServed read) {
        String entity = read.entity().toString();
        timer("tidegate.read", "entity", entity).record(read.took());
        registry.counter("tidegate.reads", "entity", entity, "outcome", SERVED).increment();
        registry.counter("tidegate.read.objects", "entity", entity).increment(read.objects());
    }

    private void streamed(Observation.StreamEnded stream) {
        String entity = stream.entity().toString();
        timer("tidegate.stream", "entity", entity).record(stream.took());
        registry.counter(
                        "tidegate.streams",
                        "entity",
                        entity,
                        "outcome",
                        stream.how().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .increment();
        registry.counter("tidegate.read.objects", "entity", entity).increment(stream.objects());
    }

    private void refused(Observation.Refused refused) {
        String flow = refused.flow().name().toLowerCase(Locale.ROOT);
        String code = refused.code().code();
        registry.counter("tidegate.refusals", "flow", flow, "code", code).increment();
        if (refused.flow() == Observation.Flow.READ) {
            registry.counter("tidegate.reads", "entity", entity(refused.entity()), "outcome", code)
                    .increment();
        }
    }

    private void accepted(Observation.BatchAccepted batch) {
        registry.counter("tidegate.batches.accepted", "duplicate", Boolean.toString(batch.duplicate()))
                .increment();
        if (!batch.duplicate()) {
            registry.counter("tidegate.batch.operations").increment(batch.operations());
        }
    }

    private void settled(Observation.OperationSettled settled) {
        registry.counter(
                        "tidegate.operations.settled",
                        "entity",
                        entity(settled.entity()),
                        "outcome",
                        settled.outcome().name().toLowerCase(Locale.ROOT),
                        "code",
                        settled.code().map(ProblemCode::code).orElse(NONE))
                .increment();
    }

    private void applied(Observation.PartApplied part) {
        String store = part.store().value();
        timer("tidegate.apply", "store", store).record(part.took());
        timer("tidegate.queue.wait", "store", store).record(part.queuedFor());
        registry.counter("tidegate.apply.operations", "store", store).increment(part.operations());
    }

    private Timer timer(String name, String tag, String value) {
        return Timer.builder(name)
                .tag(tag, value)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private static String entity(Optional<EntityName> entity) {
        return entity.map(EntityName::toString).orElse(NONE);
    }

    private static Duration[] millis(long... values) {
        Duration[] durations = new Duration[values.length];
        for (int i = 0; i < values.length; i++) {
            durations[i] = Duration.ofMillis(values[i]);
        }
        return durations;
    }
}
