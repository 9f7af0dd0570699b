package dev.tidegate.ops;

import dev.tidegate.connectivity.Circuit;
import dev.tidegate.connectivity.StoreState;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observation.Flow;
import dev.tidegate.observation.Observer;
import dev.tidegate.problem.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Counts and times what is observed. Names begin with {@code tidegate.} (Prometheus: {@code tidegate_}) and stand in
 * {@code src/docs/operations.md}. Values of tags are names of the model and codes, so that their number is bounded.
 */
final class Meters implements Observer {
    private static final String NONE = "none";
    private static final String OTHER = "other";
    private static final Pattern VERSION = Pattern.compile("[0-9a-f]{16}");
    private static final int MOST_VERSIONS = 32;
    private static final String STORE = "store";
    private static final String SERVED = "served";
    private static final String REFUSED = "refused";
    private static final String FAILED = "failed";

    /** The flow of what met a bug: it is told by an incident alone. */
    private static final String UNKNOWN = "unknown";

    /** Buckets from one millisecond to ten seconds, the same for every timer. */
    private static final Duration[] BUCKETS = millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000);

    private static final double[] GROUP_SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256};

    private final MeterRegistry registry;
    private final MultiGauge served;
    private final Map<EntityName, ReadMeters> reads = new ConcurrentHashMap<>();
    private final Set<String> versions = ConcurrentHashMap.newKeySet();
    private final Map<Flow, Counter> answered = new EnumMap<>(Flow.class);

    /** What alerts compare is there from the start, at zero: the first increase of a counter that appears with it is not seen. */
    Meters(MeterRegistry registry) {
        this.registry = registry;
        this.served = MultiGauge.builder("tidegate.model").register(registry);
        registry.counter("tidegate.faults");
        for (Flow flow : Flow.values()) {
            answered.put(flow, answers(word(flow.name()), SERVED));
            answers(word(flow.name()), REFUSED);
            answers(word(flow.name()), FAILED);
        }
        answers(UNKNOWN, FAILED);
        for (Observation.ModelOutcome outcome : Observation.ModelOutcome.values()) {
            modelReads(outcome);
        }
    }

    /** The same for what is counted of a store. */
    static void begin(MeterRegistry registry, StoreName store) {
        registry.counter("tidegate.apply.delays", STORE, store.value());
        registry.counter("tidegate.lease.expiries", STORE, store.value());
        registry.counter("tidegate.write.repeats", STORE, store.value());
        for (Circuit circuit : Circuit.values()) {
            registry.counter("tidegate.store.circuit.changes", STORE, store.value(), "to", word(circuit.name()));
        }
        for (StoreState state : StoreState.values()) {
            registry.counter("tidegate.store.state.changes", STORE, store.value(), "to", word(state.name()));
        }
        for (Observation.CallRefused.Reason reason : Observation.CallRefused.Reason.values()) {
            registry.counter("tidegate.store.calls.refused", STORE, store.value(), "reason", word(reason.name()));
        }
    }

    @Override
    public void see(Observation observation) {
        switch (observation) {
            case Observation.ReadServed read -> served(read);
            case Observation.WriteServed write -> served(write);
            case Observation.WriteRepeated repeated ->
                registry.counter(
                                "tidegate.write.repeats",
                                "store",
                                repeated.store().value())
                        .increment();
            case Observation.StreamEnded stream -> streamed(stream);
            case Observation.LegRead leg -> read(leg);
            case Observation.HintSent _ ->
                registry.counter("tidegate.hints.sent").increment();
            case Observation.ListeningEnded ended -> ended(ended);
            case Observation.WatchLooked look -> looked(look);
            case Observation.Refused refused -> refused(refused);
            case Observation.BatchAccepted batch -> accepted(batch);
            case Observation.CompatibilityUsed used ->
                registry.counter(
                                "tidegate.compatibility.uses",
                                "entity",
                                used.entity().toString(),
                                "flow",
                                word(used.flow().name()),
                                "version",
                                used.version().map(this::version).orElse(NONE))
                        .increment();
            case Observation.GroupCommitted group -> committed(group);
            case Observation.Forgotten forgotten ->
                registry.counter("tidegate.retention.forgotten", "place", forgotten.place())
                        .increment((double) forgotten.rows());
            case Observation.LeaseExpired expired ->
                registry.counter(
                                "tidegate.lease.expiries",
                                "store",
                                expired.store().value())
                        .increment();
            case Observation.HistoryLost lost ->
                registry.counter(
                                "tidegate.history.lost",
                                "store",
                                lost.store().value(),
                                "by",
                                word(lost.by().name()))
                        .increment(lost.parts());
            case Observation.OperationsSettled settled -> settled.operations().forEach(this::settled);
            case Observation.PartApplied part -> applied(part);
            case Observation.GroupApplied group -> applied(group);
            case Observation.ApplyDelayed delayed ->
                registry.counter(
                                "tidegate.apply.delays",
                                "store",
                                delayed.store().value())
                        .increment();
            case Observation.FileMoved moved ->
                registry.counter("tidegate.files.bytes", "way", word(moved.way().name()))
                        .increment((double) moved.bytes());
            case Observation.FileCompleted _ ->
                registry.counter("tidegate.files.completed").increment();
            case Observation.DeskUsed used ->
                registry.counter(
                                "tidegate.desk.actions",
                                "action",
                                word(used.action().name()),
                                "corrected",
                                Boolean.toString(used.corrected()))
                        .increment();
            case Observation.ChangeLogsLookedAt looked -> {
                if (!looked.repaired().isEmpty()) {
                    registry.counter(
                                    "tidegate.change.log.repairs",
                                    "store",
                                    looked.store().value())
                            .increment();
                }
            }
            case Observation.ModelServed model ->
                served.register(List.of(MultiGauge.Row.of(Tags.of("version", model.version()), 1)), true);
            case Observation.ModelRead read -> modelReads(read.outcome()).increment();
            case Observation.OperatorCalled _, Observation.AccessRefused _, Observation.QueueFailed _ -> {}
            case Observation.RequestFaulted _ -> {
                registry.counter("tidegate.faults").increment();
                answers(UNKNOWN, FAILED).increment();
            }
            case Observation.StoreStateChanged changed ->
                registry.counter(
                                "tidegate.store.state.changes",
                                "store",
                                changed.store().value(),
                                "to",
                                changed.to().toLowerCase(Locale.ROOT))
                        .increment();
            case Observation.CircuitChanged changed ->
                registry.counter(
                                "tidegate.store.circuit.changes",
                                "store",
                                changed.store().value(),
                                "to",
                                word(changed.to()))
                        .increment();
            case Observation.CallRefused refused ->
                registry.counter(
                                "tidegate.store.calls.refused",
                                "store",
                                refused.store().value(),
                                "reason",
                                word(refused.reason().name()))
                        .increment();
        }
    }

    /** Versions come from clients: what cannot be one, and what is beyond so many, goes together. */
    private String version(String named) {
        boolean counted = versions.contains(named)
                || (VERSION.matcher(named).matches() && versions.size() < MOST_VERSIONS && versions.add(named));
        return counted ? named : OTHER;
    }

    /** As tags write the name of a constant. */
    static String word(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Counter modelReads(Observation.ModelOutcome outcome) {
        return registry.counter("tidegate.model.reloads", "outcome", word(outcome.name()));
    }

    private Counter answers(String flow, String outcome) {
        return registry.counter("tidegate.answers", "flow", flow, "outcome", outcome);
    }

    private void answered(Flow flow) {
        Objects.requireNonNull(answered.get(flow), "of each flow").increment();
    }

    private void served(Observation.ReadServed read) {
        answered(Flow.READ);
        ReadMeters meters = reads.computeIfAbsent(read.entity(), this::readMeters);
        meters.took().record(read.took());
        meters.served().increment();
        meters.objects().increment(read.objects());
    }

    /** Looked up once: reads are what happens most. */
    private record ReadMeters(Timer took, Counter served, Counter objects) {}

    private ReadMeters readMeters(EntityName name) {
        String entity = name.toString();
        return new ReadMeters(
                timer("tidegate.read", "entity", entity),
                registry.counter("tidegate.reads", "entity", entity, "outcome", SERVED),
                registry.counter("tidegate.read.objects", "entity", entity));
    }

    private void served(Observation.WriteServed write) {
        answered(Flow.WRITE);
        String entity = write.entity().toString();
        timer("tidegate.write", "entity", entity).record(write.took());
        registry.counter("tidegate.writes", "entity", entity, "outcome", outcome(write))
                .increment();
    }

    private static String outcome(Observation.WriteServed write) {
        return write.repeated()
                ? "repeated"
                : switch (write.kind()) {
                    case CREATE -> "created";
                    case UPDATE -> "updated";
                    case DELETE -> "deleted";
                };
    }

    private void read(Observation.LegRead leg) {
        answered(Flow.DOWNLOAD);
        String store = leg.store().value();
        timer("tidegate.pull.leg", "store", store).record(leg.took());
        registry.counter("tidegate.pull.objects", "store", store, "line", "put").increment(leg.puts());
        registry.counter("tidegate.pull.objects", "store", store, "line", "remove")
                .increment(leg.removes());
    }

    private void streamed(Observation.StreamEnded stream) {
        if (stream.how() == Observation.StreamEnd.FAILED) {
            answers(word(Flow.READ.name()), FAILED).increment();
        } else {
            answered(Flow.READ);
        }
        String entity = stream.entity().toString();
        timer("tidegate.stream", "entity", entity).record(stream.took());
        registry.counter(
                        "tidegate.streams",
                        "entity",
                        entity,
                        "outcome",
                        stream.how().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .increment();
        registry.counter("tidegate.read.objects", "entity", entity).increment((double) stream.objects());
    }

    private void ended(Observation.ListeningEnded ended) {
        registry.counter("tidegate.hints.endings", "how", word(ended.how().name()))
                .increment();
    }

    private void looked(Observation.WatchLooked look) {
        Timer.builder("tidegate.hints.look")
                .tags("place", look.place(), "noticed", Boolean.toString(look.noticed()))
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(look.took());
    }

    private void refused(Observation.Refused refused) {
        String flow = refused.flow().name().toLowerCase(Locale.ROOT);
        String code = refused.code().code();
        registry.counter("tidegate.refusals", "flow", flow, "code", code).increment();
        answers(flow, refused.code().status() >= 500 ? FAILED : REFUSED).increment();
        switch (refused.flow()) {
            case READ -> countRefusal("tidegate.reads", refused);
            case WRITE -> countRefusal("tidegate.writes", refused);
            case UPLOAD, DOWNLOAD, CONNECTIVITY, CHECK, OTHER -> {}
        }
    }

    private void countRefusal(String calls, Observation.Refused refused) {
        registry.counter(
                        calls,
                        "entity",
                        entity(refused.entity()),
                        "outcome",
                        refused.code().code())
                .increment();
    }

    private void accepted(Observation.BatchAccepted batch) {
        answered(Flow.UPLOAD);
        registry.counter("tidegate.batches.accepted", "duplicate", Boolean.toString(batch.duplicate()))
                .increment();
        if (!batch.duplicate()) {
            registry.counter("tidegate.batch.operations").increment(batch.operations());
        }
    }

    private void committed(Observation.GroupCommitted group) {
        DistributionSummary.builder("tidegate.intake.group.size")
                .serviceLevelObjectives(GROUP_SIZES)
                .register(registry)
                .record(group.batches());
        Timer.builder("tidegate.intake.commit")
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(group.took());
    }

    private void settled(Observation.SettledOperation settled) {
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

    private void applied(Observation.GroupApplied group) {
        DistributionSummary.builder("tidegate.apply.group.size")
                .tag("store", group.store().value())
                .serviceLevelObjectives(GROUP_SIZES)
                .register(registry)
                .record(group.parts());
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
