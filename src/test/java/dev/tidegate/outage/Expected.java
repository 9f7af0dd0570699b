package dev.tidegate.outage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** What should have come of a batch; {@code position} as it was acknowledged, absent when no answer came. */
record Expected(UUID batch, Optional<Long> position, List<Sent.Fate> fates) {
    Expected {
        fates = List.copyOf(fates);
    }

    /** What the store's log should say of it, in the order of its operations. */
    List<String> events() {
        return fates.stream().flatMap(fate -> fate.event().stream()).toList();
    }

    List<String> eventsInTurn() {
        return fates.stream()
                .filter(fate -> !fate.late())
                .flatMap(fate -> fate.event().stream())
                .toList();
    }

    List<String> outcomes() {
        return fates.stream().map(Sent.Fate::outcome).toList();
    }

    /** Those of its operations that are not plainly applied, by index: what the queue keeps. */
    Map<Integer, String> kept() {
        Map<Integer, String> kept = new TreeMap<>();
        for (int i = 0; i < fates.size(); i++) {
            if (!fates.get(i).outcome().equals("applied")) {
                kept.put(i, fates.get(i).outcome());
            }
        }
        return kept;
    }

    String state() {
        return kept().isEmpty() ? "applied" : "applied-with-errors";
    }

    /** Their indexes. */
    List<Integer> rejected() {
        return new ArrayList<>(kept().keySet());
    }
}
