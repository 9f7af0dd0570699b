package dev.tidegate.upload;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One thing done to many operations that could not be applied, step by step, each a transaction of its own. What others are
 * working on just now is left for the end of its step, and then done one by one, so that two runs cannot wait for each other.
 */
final class BulkRun<T> {
    private static final int STEP = 100;

    private final Function<DeadLetter, Optional<T>> target;
    private final Work<T> work;
    private final Consumer<T> done;

    /** One transaction, with a verdict for each target; patient about those that others are working on, or not. */
    interface Work<T> {
        Uni<List<DeskVerdict>> on(List<T> targets, boolean patient);
    }

    /** @param target what the work takes of an operation, if it can be done to that one at all */
    BulkRun(Function<DeadLetter, Optional<T>> target, Work<T> work, Consumer<T> done) {
        this.target = target;
        this.work = work;
        this.done = done;
    }

    Uni<Tally> over(DeadLetterStream letters) {
        return Uni.createFrom()
                .deferred(() -> letters.next(STEP))
                .flatMap(page -> step(page).map(tally -> new Stage(tally, page.more())))
                .repeat()
                .whilst(Stage::more)
                .map(Stage::tally)
                .collect()
                .with(Collectors.reducing(Tally.NONE, Tally::plus));
    }

    private record Stage(Tally tally, boolean more) {}

    private Uni<Tally> step(DeadLetterPage page) {
        List<T> targets = page.letters().stream()
                .flatMap(letter -> target.apply(letter).stream())
                .toList();
        Uni<Long> count = targets.isEmpty()
                ? Uni.createFrom().item(0L)
                : work.on(targets, false).flatMap(verdicts -> withTheBusy(targets, verdicts));
        return count.map(many -> new Tally(page.letters().size(), many));
    }

    private Uni<Long> withTheBusy(List<T> targets, List<DeskVerdict> verdicts) {
        List<T> busy = those(targets, verdicts, DeskVerdict.BUSY);
        long already = count(targets, verdicts);
        return Multi.createFrom()
                .iterable(busy)
                .onItem()
                .transformToUniAndConcatenate(
                        one -> work.on(List.of(one), true).map(verdict -> count(List.of(one), verdict)))
                .collect()
                .with(Collectors.reducing(already, Long::sum));
    }

    private long count(List<T> targets, List<DeskVerdict> verdicts) {
        List<T> successes = those(targets, verdicts, DeskVerdict.DONE);
        successes.forEach(done);
        return successes.size();
    }

    private static <T> List<T> those(List<T> targets, List<DeskVerdict> verdicts, DeskVerdict which) {
        return IntStream.range(0, targets.size())
                .filter(at -> verdicts.get(at) == which)
                .mapToObj(targets::get)
                .toList();
    }
}
