package dev.tidegate.upload;

import dev.tidegate.model.ClientKey;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes submissions durable by groups: what arrives while commits are under way is gathered, and goes with the next one, as
 * a database does itself. A submission that comes alone goes at once; beside a group that is under way goes one that is no
 * smaller, so that a single large batch holds up nobody. Those of one client keep their order: while one is
 * under way, the next ones wait for it.
 *
 * <p>When the queue does not answer, all that are waiting are told at once, so that nobody waits for one failure after the
 * other.
 */
public final class GroupCommit {
    private final UploadQueue queue;
    private final Backlog backlog;
    private final Observer observer;
    private final Bounds bounds;

    private final Object turn = new Object();
    private final LinkedHashSet<Waiting> waiting = new LinkedHashSet<>();
    private final Set<ClientKey> busy = new HashSet<>();
    private int underWay;
    private int batchesUnderWay;
    private boolean lingering;
    private boolean company;

    /**
     * The most batches and bytes of a group, how many groups may be under way at once, and how long a group waits for
     * company, if the one before it had some. One batch may always go, however large.
     */
    public record Bounds(int batches, long bytes, int underWay, Duration linger) {
        public Bounds {
            if (batches < 1 || bytes < 1 || underWay < 1 || linger.isNegative()) {
                throw new IllegalArgumentException(
                        "a group holds at least one batch and one byte, and at least one is under way");
            }
        }
    }

    /** One that has come; each is itself only, however much alike two are. */
    private static final class Waiting {
        private final UploadQueue.Entry entry;
        private final UniEmitter<? super Acceptance> sender;

        Waiting(UploadQueue.Entry entry, UniEmitter<? super Acceptance> sender) {
            this.entry = entry;
            this.sender = sender;
        }

        UploadQueue.Entry entry() {
            return entry;
        }

        UniEmitter<? super Acceptance> sender() {
            return sender;
        }
    }

    public GroupCommit(UploadQueue queue, Backlog backlog, Observer observer, Bounds bounds) {
        this.queue = queue;
        this.backlog = backlog;
        this.observer = observer;
        this.bounds = bounds;
    }

    /** Completes with the verdict once the group's commit is durable. */
    Uni<Acceptance> accept(UploadQueue.Entry entry) {
        return Uni.createFrom().emitter(sender -> add(new Waiting(entry, sender)));
    }

    private void add(Waiting one) {
        one.sender().onTermination(() -> leave(one));
        synchronized (turn) {
            waiting.add(one);
        }
        go();
    }

    /** Nobody listens any more; what is already under way goes on. */
    private void leave(Waiting one) {
        synchronized (turn) {
            waiting.remove(one);
        }
    }

    private void go() {
        for (List<Waiting> group = next(); !group.isEmpty(); group = next()) {
            commit(group);
        }
    }

    private List<Waiting> next() {
        synchronized (turn) {
            boolean full = waiting.size() >= bounds.batches();
            if (waiting.isEmpty() || underWay >= bounds.underWay() || (lingering && !full)) {
                return List.of();
            }
            // Beside others goes what is no smaller: small groups cost as many commits, and hold up the large ones.
            if (waiting.size() < batchesUnderWay && !full) {
                return List.of();
            }
            if (company && !full && !bounds.linger().isZero()) {
                lingering = true;
                company = false;
                linger();
                return List.of();
            }
            return taken();
        }
    }

    private void linger() {
        Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(bounds.linger())
                .subscribe()
                .with(_ -> {
                    synchronized (turn) {
                        lingering = false;
                    }
                    go();
                });
    }

    private List<Waiting> taken() {
        List<Waiting> group = new ArrayList<>();
        Set<ClientKey> passedOver = new HashSet<>();
        long bytes = 0;
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext() && group.size() < bounds.batches(); ) {
            Waiting one = all.next();
            ClientKey client = one.entry().submission().client();
            if (busy.contains(client) || passedOver.contains(client)) {
                continue;
            }
            if (!group.isEmpty() && bytes + one.entry().bytes() > bounds.bytes()) {
                passedOver.add(client);
                continue;
            }
            bytes += one.entry().bytes();
            group.add(one);
            all.remove();
        }
        if (!group.isEmpty()) {
            underWay++;
            batchesUnderWay += group.size();
            company = group.size() > 1;
            group.forEach(one -> busy.add(one.entry().submission().client()));
        }
        return group;
    }

    private void commit(List<Waiting> group) {
        long begun = System.nanoTime();
        List<UploadQueue.Entry> entries = group.stream().map(Waiting::entry).toList();
        Uni.createFrom()
                .deferred(() -> queue.accept(entries, backlog.room()))
                .subscribe()
                .with(verdicts -> committed(group, verdicts, begun), failure -> failed(group, failure));
    }

    private void committed(List<Waiting> group, List<Acceptance> verdicts, long begun) {
        long batches = 0;
        long bytes = 0;
        for (int i = 0; i < group.size(); i++) {
            if (verdicts.get(i) instanceof Acceptance.Accepted) {
                batches++;
                bytes += group.get(i).entry().bytes();
            }
        }
        backlog.took(batches, bytes);
        observer.see(new Observation.GroupCommitted(group.size(), Duration.ofNanos(System.nanoTime() - begun)));
        over(group);
        for (int i = 0; i < group.size(); i++) {
            group.get(i).sender().complete(verdicts.get(i));
        }
    }

    private void failed(List<Waiting> group, Throwable failure) {
        List<Waiting> all = new ArrayList<>(group);
        synchronized (turn) {
            all.addAll(waiting);
            waiting.clear();
        }
        over(group);
        all.forEach(one -> one.sender().fail(failure));
    }

    /** Before the senders are told, so that what they send next finds its client free. */
    private void over(List<Waiting> group) {
        synchronized (turn) {
            underWay--;
            batchesUnderWay -= group.size();
            group.forEach(one -> busy.remove(one.entry().submission().client()));
        }
        go();
    }
}
