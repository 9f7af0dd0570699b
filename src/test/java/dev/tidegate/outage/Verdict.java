package dev.tidegate.outage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Whether the promises made to one client were kept, judged by what it sent and what was found: each acknowledged operation
 * applied exactly once and in its client's order, a batch that nobody acknowledged at most once and whole, an outcome for each
 * operation, and the right one, and nothing that nobody sent. Knows neither gateway nor database.
 */
final class Verdict {
    private static final int MOST_TOLD = 12;

    private final String client;
    private final List<Expected> sent;
    private final Found found;
    private final List<String> faults = new ArrayList<>();

    private Verdict(String client, List<Expected> sent, Found found) {
        this.client = client;
        this.sent = sent;
        this.found = found;
    }

    /** What is wrong; empty when nothing is. */
    static List<String> faults(String client, List<Expected> sent, Found found) {
        Verdict verdict = new Verdict(client, sent, found);
        verdict.judgeAcknowledgements();
        verdict.judgeOutcomes();
        verdict.judgeWrites();
        return verdict.faults.size() <= MOST_TOLD
                ? List.copyOf(verdict.faults)
                : List.copyOf(verdict.faults.subList(0, MOST_TOLD));
    }

    private void judgeAcknowledgements() {
        long before = 0;
        for (Expected batch : sent) {
            if (batch.position().isEmpty()) {
                continue;
            }
            long position = batch.position().get();
            Found.Batch kept = found.batches().get(batch.batch());
            if (kept == null) {
                fault("batch " + batch.batch() + " was acknowledged and is not there");
            } else if (kept.position() != position) {
                fault("batch " + batch.batch() + " was acknowledged at " + position + " and is at " + kept.position());
            }
            if (position <= before) {
                fault("batch " + batch.batch() + " has position " + position + " after " + before);
            }
            before = position;
        }
    }

    private void judgeOutcomes() {
        Set<Object> known = new HashSet<>();
        for (Expected batch : sent) {
            known.add(batch.batch());
            Found.Batch kept = found.batches().get(batch.batch());
            if (kept == null) {
                continue;
            }
            if (!kept.state().equals(batch.state())) {
                fault("batch " + batch.batch() + " is " + kept.state() + " and should be " + batch.state());
            }
            if (!kept.kept().equals(batch.kept())) {
                fault("batch " + batch.batch() + " has outcomes " + kept.kept() + " and should have " + batch.kept()
                        + ", because of " + kept.reasons());
            }
            if (!kept.errors().equals(batch.rejected())) {
                fault("batch " + batch.batch() + " has errors " + kept.errors() + " and should have "
                        + batch.rejected());
            }
        }
        found.batches().keySet().stream()
                .filter(batch -> !known.contains(batch))
                .forEach(batch -> fault("batch " + batch + " was sent by nobody"));
    }

    private void judgeWrites() {
        List<Expected> taken = sent.stream()
                .filter(batch -> found.batches().containsKey(batch.batch()))
                .sorted(Comparator.comparingLong(
                        batch -> Objects.requireNonNull(found.batches().get(batch.batch()))
                                .position()))
                .toList();
        judgeOnce(taken);
        judgeTurns(taken);
        List<String> all =
                taken.stream().flatMap(batch -> batch.events().stream()).toList();
        Map<String, List<String>> should = byObject(all);
        byObject(found.written()).forEach((object, is) -> {
            if (!is.equals(should.get(object))) {
                fault("on " + object + " was written " + is + " and should be " + should.get(object));
            }
        });
    }

    private void judgeOnce(List<Expected> taken) {
        Map<String, Long> times =
                found.written().stream().collect(Collectors.groupingBy(event -> event, Collectors.counting()));
        Set<String> should =
                taken.stream().flatMap(batch -> batch.events().stream()).collect(Collectors.toSet());
        times.forEach((event, many) -> {
            if (many > 1) {
                fault("written " + many + " times: " + event);
            }
            if (!should.contains(event)) {
                fault("written, and no batch that was taken says so: " + event);
            }
        });
        should.stream().filter(event -> !times.containsKey(event)).forEach(event -> fault("not written: " + event));
    }

    /**
     * Batch after batch; within one, what concerns one object keeps its order, and other operations are written together. What
     * may wait for others has no turn.
     */
    private void judgeTurns(List<Expected> taken) {
        Set<String> late = taken.stream()
                .flatMap(batch -> batch.fates().stream())
                .filter(Sent.Fate::late)
                .flatMap(fate -> fate.event().stream())
                .collect(Collectors.toSet());
        List<String> inTurn =
                found.written().stream().filter(Predicate.not(late::contains)).toList();
        int from = 0;
        for (Expected batch : taken) {
            List<String> should = batch.eventsInTurn();
            int to = Math.min(from + should.size(), inTurn.size());
            if (!byObject(inTurn.subList(from, to)).equals(byObject(should))) {
                fault("at the turn of batch " + batch.batch() + " was written " + inTurn.subList(from, to)
                        + " and should be " + should);
                return;
            }
            from = to;
        }
    }

    /** Events of each object in their order. */
    private static Map<String, List<String>> byObject(List<String> events) {
        Map<String, List<String>> objects = new LinkedHashMap<>();
        for (String event : events) {
            String[] fields = event.split("\\|", 4);
            objects.computeIfAbsent(fields[0] + " " + fields[2], _ -> new ArrayList<>())
                    .add(event);
        }
        return new HashMap<>(objects);
    }

    private void fault(String what) {
        faults.add("client " + client + ": " + what);
    }
}
