package dev.tidegate.upload;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the change log tells of one object, oldest first, up to the object as it is stored: where nothing is told, nothing
 * is known. Pure.
 */
public record ObjectHistory(List<Stage> stages) {

    /**
     * What one subtransaction made of the object: it led from a version to a version, as far as they are known.
     * {@code anew}: the object came into being or went.
     */
    public record Stage(Optional<String> before, Optional<String> after, Differences differences, boolean anew) {
        private boolean follows(Stage earlier) {
            return before.isEmpty() || earlier.after.isEmpty() || before.equals(earlier.after);
        }

        private boolean keepsVersion() {
            return before.equals(after);
        }
    }

    public ObjectHistory {
        stages = List.copyOf(stages);
    }

    /**
     * What others made of the object since the client's base (none: since the client created it), until it was {@code
     * stored} (store-protocol 24). Nothing where the log does not tell.
     *
     * @param own what the client has made of it: these are no differences to that client
     */
    public Optional<Differences> since(Optional<String> base, OwnVersions own, String stored) {
        int start = start(base, own);
        boolean whole = start >= 0 && startsThere(start, base, own) && isWhole(start, stored);
        return whole ? differences(start, own) : Optional.empty();
    }

    /** The first stage after the base, or after what the client itself had made of it: the earliest, so that nothing is left out. */
    private int start(Optional<String> base, OwnVersions own) {
        for (int i = 0; i < stages.size(); i++) {
            if (isOwn(stages.get(i).before(), base, own)) {
                return i;
            }
            if (isOwn(stages.get(i).after(), base, own)) {
                return i + 1;
            }
        }
        return -1;
    }

    private static boolean isOwn(Optional<String> version, Optional<String> base, OwnVersions own) {
        return version.filter(known -> own.leadsTo(known, base)).isPresent();
    }

    private boolean startsThere(int start, Optional<String> base, OwnVersions own) {
        return start == stages.size()
                || stages.get(start).before().isEmpty()
                || isOwn(stages.get(start).before(), base, own);
    }

    /** Whether each stage begins where the one before it ended, and the last ended where the object is. */
    private boolean isWhole(int start, String stored) {
        return !stages.isEmpty()
                && stages.getLast().after().filter(stored::equals).isPresent()
                && IntStream.range(start + 1, stages.size())
                        .allMatch(i -> stages.get(i).follows(stages.get(i - 1)));
    }

    private Optional<Differences> differences(int start, OwnVersions own) {
        Differences all = Differences.NONE;
        int others = start;
        for (int i = start; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            others = Math.max(others, afterOwn(i, own));
            // Where the version says nothing of pairs, nobody can tell whose they are.
            if (i >= others || stage.keepsVersion()) {
                if (stage.anew()) {
                    return Optional.empty();
                }
                all = all.and(stage.differences());
            }
        }
        return Optional.of(all);
    }

    /** The stage after those that one of the client's operations is made of; {@code from} if none begins there. */
    private int afterOwn(int from, OwnVersions own) {
        Optional<String> before = stages.get(from).before();
        return before.isEmpty()
                ? from
                : IntStream.range(from, stages.size())
                        .filter(i -> stages.get(i)
                                .after()
                                .filter(after -> own.contains(before, after))
                                .isPresent())
                        .map(i -> i + 1)
                        .findFirst()
                        .orElse(from);
    }
}
