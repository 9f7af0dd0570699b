package dev.tidegate.download;

import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Mode;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.UserEntity;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.DownloadRules;
import dev.tidegate.policy.DownloadSet;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.seal.Seal;
import dev.tidegate.sql.Select;
import dev.tidegate.sql.SelectWriter;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Value;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Downloads from start to end: what has changed since a client's cursor, in legs, each with a cursor behind it to go on from. */
public final class Pulls {
    private final Model model;
    private final DownloadRules rules;
    private final Tools tools;
    private final Map<DownloadSet.Kept, SetQueries> queries = Collections.synchronizedMap(new IdentityHashMap<>());

    public Pulls(Model model, DownloadRules rules, Seal seal, Sources sources, Clock clock, Observer observer) {
        this.model = model;
        this.rules = rules;
        this.tools = new Tools(
                sources, new PullCursors(seal), model.user().map(user -> userQuery(model, user)), clock, observer);
    }

    /** Where a download reads from. */
    public record Sources(StoreSnapshots snapshots, ClientBatches batches, KeptProblems problems) {}

    /** What every leg needs. {@code user} asks for the id of the caller's own object. */
    record Tools(Sources sources, PullCursors cursors, Optional<SqlQuery> user, Clock clock, Observer observer) {

        /** {@code start}: of the leg, by {@link System#nanoTime}. */
        void seeLeg(StoreName store, List<PullLine> lines, boolean last, long start) {
            observer.see(new Observation.LegRead(
                    store,
                    count(lines, PullLine.Put.class),
                    count(lines, PullLine.Remove.class),
                    last,
                    Duration.ofNanos(System.nanoTime() - start)));
        }

        private static int count(List<PullLine> lines, Class<? extends PullLine> kind) {
            return (int) lines.stream().filter(kind::isInstance).count();
        }
    }

    private static SqlQuery userQuery(Model model, UserEntity user) {
        DeclaredAttribute name =
                model.attribute(user.entity(), user.nameAttribute()).orElseThrow();
        Condition same = new Condition.Compare(
                new Member.OfAttribute(user.entity(), name, 0),
                Condition.Comparator.EQUAL,
                new Value.CurrentUserName());
        return new SelectWriter(model)
                .write(new Select(
                        user.entity(),
                        same,
                        List.of(new Select.Output.Id()),
                        List.of(),
                        List.of(),
                        Select.Window.WHOLE));
    }

    /** A download that nothing has been read of yet; throws a {@link Refusal} of {@code invalid-cursor}. */
    public Pull begin(PullRequest request) {
        PullCursor from = request.since().map(since -> opened(request, since)).orElse(PullCursor.NOTHING);
        boolean current = request.modelVersion().filter(model.version()::equals).isPresent();
        List<EntityName> cleared = new ArrayList<>();
        Set<EntityName> left = new HashSet<>();
        Map<StoreName, List<SetQueries>> kept = new TreeMap<>();
        for (DownloadSet set : rules.sets(request.profile(), request.caller().roles(), current)) {
            if (request.entities().map(asked -> asked.contains(set.entity())).orElse(true)) {
                switch (set) {
                    case DownloadSet.Cleared(var entity) -> cleared.add(entity);
                    case DownloadSet.Left(var entity) -> left.add(entity);
                    case DownloadSet.Kept keep -> {
                        kept.computeIfAbsent(store(keep.entity()), _ -> new ArrayList<>())
                                .add(queries(keep));
                        if (!current && request.profile().isCompatible(keep.entity())) {
                            tools.observer()
                                    .see(new Observation.CompatibilityUsed(
                                            keep.entity(), Observation.Flow.DOWNLOAD, request.modelVersion()));
                        }
                    }
                }
            }
        }
        if (request.client().isPresent()) {
            // Batches have parts in stores of which nothing is downloaded, too.
            request.profile().sync().forEach((entity, rule) -> {
                if (rule.mode() != Mode.ONLINE || rule.compatibility()) {
                    kept.computeIfAbsent(store(entity), _ -> new ArrayList<>());
                }
            });
        }
        kept.values().forEach(sets -> sets.sort(Comparator.comparing(SetQueries::entity)));
        gone(from, kept).stream().filter(entity -> !left.contains(entity)).forEach(cleared::add);
        Set<Integer> names = kept.values().stream()
                .flatMap(List::stream)
                .map(set -> Digests.of(set.entity()))
                .collect(Collectors.toSet());
        return new Pull(tools, request, from.holding(names), kept, List.copyOf(cleared));
    }

    /**
     * A download of the objects that are named and no others; behind a batch that came with them, with a receipt of that one.
     * Fails with a {@link Refusal} of {@code limit-exceeded} when they are too many bytes.
     */
    public Download select(Selected selected, Optional<SentBatch> sent) {
        Map<StoreName, List<SetQueries>> sets = new TreeMap<>();
        selected.objects()
                .keySet()
                .forEach(entity -> sets.computeIfAbsent(store(entity), _ -> new ArrayList<>())
                        .add(queries(rules.selectable(
                                selected.profile(), selected.caller().roles(), selected.current(), entity))));
        sent.ifPresent(batch -> batch.stores().forEach(store -> sets.computeIfAbsent(store, _ -> new ArrayList<>())));
        sets.values().forEach(of -> of.sort(Comparator.comparing(SetQueries::entity)));
        return new Selection(tools, selected, sets, sent);
    }

    private StoreName store(EntityName entity) {
        return model.entity(entity).store();
    }

    private SetQueries queries(DownloadSet.Kept set) {
        return queries.computeIfAbsent(set, one -> new SetQueries(model, one));
    }

    private PullCursor opened(PullRequest request, String since) {
        return tools.cursors()
                .open(request, since)
                .orElseThrow(() -> Refusal.of(
                        ProblemCode.INVALID_CURSOR,
                        "This cursor was not issued to you for this profile, client and entities. Send what it was"
                                + " issued for, or begin again without 'since'."));
    }

    /** Entities that the client holds and that are none of this download any more. */
    private List<EntityName> gone(PullCursor from, Map<StoreName, List<SetQueries>> kept) {
        return model.entities().keySet().stream()
                .filter(entity -> Optional.ofNullable(from.stores().get(store(entity)))
                        .filter(state -> state.held().containsKey(Digests.of(entity)))
                        .isPresent())
                .filter(entity -> kept.getOrDefault(store(entity), List.of()).stream()
                        .noneMatch(set -> set.entity().equals(entity)))
                .toList();
    }
}
