package dev.tidegate.store;

import dev.tidegate.model.LaneId;
import dev.tidegate.upload.ApplyUnit;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import dev.tidegate.upload.Ties;
import dev.tidegate.upload.Waves;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A group of parts being applied in one transaction: their lanes are claimed first (store-protocol 1), those that were not to
 * be claimed drop out, the others are written wave by wave, and what happened is kept in {@code applied}.
 */
final class GroupRun {
    private final SqlConnection connection;
    private final ChangeTools tools;
    private final Lanes lanes;
    private final AppliedLog log;
    private final WaveRun waveRun;

    GroupRun(SqlConnection connection, ChangeTools tools, Instant now) {
        this.connection = connection;
        this.tools = tools;
        this.lanes = new Lanes(connection);
        this.log = new AppliedLog(tools.model(), connection);
        this.waveRun = new WaveRun(connection, tools, log, now);
    }

    /** A result for each part, in their order. */
    Uni<List<PartResult>> apply(List<PartWork> group) {
        return group.getFirst().isLate() ? applyLate(group) : applyInTurn(group);
    }

    private Uni<List<PartResult>> applyInTurn(List<PartWork> group) {
        return Transactions.timely(lanes.claim(group))
                .invoke(() -> log.alsoKept(lanes.asides()))
                .flatMap(claimed -> write(claimed)
                        .flatMap(_ -> Transactions.timely(lanes.remembered(without(group, claimed))))
                        .map(remembered -> results(group, claimed, remembered)));
    }

    /** Those that have to go on waiting drop out before anything is locked; the others are claimed one by one. */
    private Uni<List<PartResult>> applyLate(List<PartWork> group) {
        LateClaims claims = new LateClaims(connection);
        return Transactions.timely(new LateLook(connection, tools).ready(group))
                .flatMap(ready -> Transactions.timely(claims.claim(ready)))
                .flatMap(this::write)
                .map(_ -> group.stream().map(part -> late(part, claims)).toList());
    }

    private PartResult late(PartWork part, LateClaims claims) {
        List<OperationOutcome> outcomes = part.steps().stream()
                .map(step -> log.outcomeOf(part, step)
                        .or(() -> claims.remembered(part, step))
                        .orElseGet(() -> Parking.behind(step)))
                .toList();
        return new PartResult.Applied(
                outcomes,
                part.steps().stream()
                        .allMatch(step -> claims.remembered(part, step).isPresent()));
    }

    private Uni<Void> write(List<PartWork> claimed) {
        if (claimed.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Ties ties = Ties.of(tools.model(), claimed);
        List<Ties.Question> open = ties.questions();
        return (open.isEmpty() ? planned(claimed, ties) : planned(claimed, ties, open))
                .flatMap(waves -> InTurn.each(waves, waveRun::apply))
                .flatMap(_ -> Transactions.timely(log.noteLastVersions(tools.reads())))
                .flatMap(_ -> Transactions.timely(log.write()));
    }

    /**
     * With more than one wave the rows of all are locked before the first, so that the locks of a transaction come in one order
     * (store-protocol 4); what comes into being after that is locked with its wave.
     */
    private Uni<List<List<ApplyUnit>>> planned(List<PartWork> claimed, Ties ties) {
        List<List<ApplyUnit>> waves = Waves.of(tools.model(), claimed, ties);
        return begun(claimed, waves.size() == 1 ? List.of() : waveRun.locks(steps(claimed)))
                .replaceWith(waves);
    }

    /** The same where it takes the store to tell what is tied: the locks come before, so that it stays as it is found. */
    private Uni<List<List<ApplyUnit>>> planned(List<PartWork> claimed, Ties ties, List<Ties.Question> open) {
        List<Uni<Void>> first = new ArrayList<>(waveRun.locks(steps(claimed)));
        first.addAll(waveRun.locksToDelete(steps(claimed)));
        first.add(new TieLook(connection, tools, ties).ask(open));
        return begun(claimed, first).map(_ -> Waves.of(tools.model(), claimed, ties));
    }

    private Uni<Void> begun(List<PartWork> claimed, List<Uni<Void>> first) {
        return Transactions.timely(InARow.all(Stream.concat(
                        first.stream(),
                        Stream.of(log.loadOwnVersions(claimed), log.parking().load(claimed)))
                .toList()));
    }

    private static Stream<Step> steps(List<PartWork> group) {
        return group.stream().flatMap(part -> part.steps().stream());
    }

    private static List<PartWork> without(List<PartWork> group, List<PartWork> claimed) {
        Set<LaneId> gone = claimed.stream().map(PartWork::lane).collect(Collectors.toSet());
        return group.stream().filter(part -> !gone.contains(part.lane())).toList();
    }

    private List<PartResult> results(List<PartWork> group, List<PartWork> claimed, Map<LaneId, PartResult> remembered) {
        Map<LaneId, PartResult> results = new HashMap<>(remembered);
        claimed.forEach(part -> results.put(part.lane(), new PartResult.Applied(log.outcomes(part), false)));
        return group.stream()
                .map(part -> Objects.requireNonNull(results.get(part.lane())))
                .toList();
    }
}
