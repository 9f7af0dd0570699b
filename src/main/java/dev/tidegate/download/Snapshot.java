package dev.tidegate.download;

import dev.tidegate.sql.Bind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which transactions of a store somebody has seen the end of (store-protocol 12): all below {@code xmax}, but for those {@code inProgress}.
 * In the order of their ids.
 */
record Snapshot(long xmin, long xmax, List<Long> inProgress) {
    Snapshot {
        inProgress = List.copyOf(inProgress);
    }

    /** Of {@code pg_snapshot}'s text: {@code xmin:xmax:xip,xip}. */
    static Snapshot parse(String text) {
        String[] parts = text.split(":", -1);
        List<Long> inProgress = new ArrayList<>();
        if (!parts[2].isEmpty()) {
            for (String xid : parts[2].split(",", -1)) {
                inProgress.add(Long.parseLong(xid));
            }
        }
        return new Snapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), inProgress);
    }

    /** As PostgreSQL writes it. */
    String text() {
        return xmin + ":" + xmax + ":"
                + inProgress.stream().map(xid -> Long.toString(xid)).collect(Collectors.joining(","));
    }

    /** The values for what asks behind this snapshot. */
    Map<Bind, Object> unseen(Bind.Seen by) {
        return Map.of(
                new Bind.Unseen(by),
                Long.toString(xmax),
                new Bind.UnseenAmong(by),
                inProgress.stream().map(xid -> Long.toString(xid)).toArray(String[]::new));
    }
}
