package dev.tidegate.download;

import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Mode;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.UserEntity;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
    record Tools(Sources sources, PullCursors cursors, Optional<SqlQuery> user, Clock clock, Observer observer) {}

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
        Map<StoreName, List<SetQueries>> kept = new TreeMap<>();
        for (DownloadSet set : rules.sets(request.profile(), request.caller().roles(), current)) {
            if (request.entities().map(asked -> asked.contains(set.entity())).orElse(true)) {
                switch (set) {
                    case DownloadSet.Cleared(var entity) -> cleared.add(entity);
                    case DownloadSet.Kept keep ->
                        kept.computeIfAbsent(model.entity(keep.entity()).store(), _ -> new ArrayList<>())
                                .add(queries.computeIfAbsent(keep, one -> new SetQueries(model, one)));
                }
            }
        }
        if (request.client().isPresent()) {
            // Batches have parts in stores of which nothing is downloaded, too.
            request.profile().sync().forEach((entity, rule) -> {
                if (rule.mode() != Mode.ONLINE || rule.compatibility()) {
                    kept.computeIfAbsent(model.entity(entity).store(), _ -> new ArrayList<>());
                }
            });
        }
        kept.values().forEach(sets -> sets.sort(Comparator.comparing(SetQueries::entity)));
        gone(from, kept).forEach(cleared::add);
        return new Pull(tools, request, from, kept, List.copyOf(cleared));
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
                .filter(entity -> Optional.ofNullable(
                                from.stores().get(model.entity(entity).store()))
                        .filter(state -> state.held().containsKey(Digests.of(entity)))
                        .isPresent())
                .filter(entity -> kept.getOrDefault(model.entity(entity).store(), List.of()).stream()
                        .noneMatch(set -> set.entity().equals(entity)))
                .toList();
    }
}
