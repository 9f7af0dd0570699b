package dev.tidegate.download;

import dev.tidegate.model.StoreName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.seal.Seal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Cursors of downloads as text (store-protocol 21): a version, then the states, numbers as differences of variable length. Sealed for
 * their caller, client, profile and entities.
 */
final class PullCursors {
    private static final byte VERSION = 2;
    private static final int MOST = 1_000_000;

    private final Seal seal;

    PullCursors(Seal seal) {
        this.seal = seal;
    }

    String seal(PullRequest request, PullCursor cursor) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            cursor.receipt().write(out);
            Numbers.write(out, cursor.stores().size());
            for (Map.Entry<StoreName, StoreState> store : cursor.stores().entrySet()) {
                out.writeUTF(store.getKey().value());
                write(out, store.getValue());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return seal.seal(context(request), bytes.toByteArray());
    }

    /**
     * Empty for whatever was not sealed for this caller and these entities.
     *
     * @throws Refusal with {@code cursor-expired} for one that another version of the gateway has sealed
     */
    Optional<PullCursor> open(PullRequest request, String cursor) {
        return seal.open(context(request), cursor).map(body -> read(body).orElseThrow(PullCursors::ofAnotherVersion));
    }

    private static Refusal ofAnotherVersion() {
        return Refusal.of(
                ProblemCode.CURSOR_EXPIRED,
                "This cursor is of another version of the gateway. Begin again without 'since'.");
    }

    private static Optional<PullCursor> read(byte[] body) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
            if (in.readByte() != VERSION) {
                return Optional.empty();
            }
            ReceiptMark receipt = ReceiptMark.read(in);
            Map<StoreName, StoreState> stores = new TreeMap<>();
            int size = size(in);
            for (int i = 0; i < size; i++) {
                StoreName name = new StoreName(in.readUTF());
                stores.put(name, state(in));
            }
            return in.available() == 0 ? Optional.of(new PullCursor(stores, receipt)) : Optional.empty();
        } catch (IOException otherShape) {
            return Optional.empty();
        }
    }

    private static void write(DataOutputStream out, StoreState state) throws IOException {
        out.writeBoolean(state instanceof StoreState.UnderWay);
        write(out, state.place());
        Numbers.write(out, state.held().size());
        for (Map.Entry<Integer, Long> set : new TreeMap<>(state.held()).entrySet()) {
            out.writeInt(set.getKey());
            out.writeLong(set.getValue());
        }
        write(out, state.seen());
        out.writeLong(state.at().toEpochMilli());
        out.writeBoolean(state.told().isPresent());
        if (state.told().isPresent()) {
            write(out, state.told().get());
        }
        if (state instanceof StoreState.UnderWay way) {
            write(out, way.target());
            out.writeLong(way.targetAt().toEpochMilli());
            Numbers.write(out, way.filled().size());
            for (Integer set : new TreeSet<>(way.filled())) {
                out.writeInt(set);
            }
            out.writeBoolean(way.fresh());
            out.writeInt(way.set());
            out.writeBoolean(way.last().isPresent());
            if (way.last().isPresent()) {
                byte[] id = way.last().get().getBytes(StandardCharsets.UTF_8);
                Numbers.write(out, id.length);
                out.write(id);
            }
        }
    }

    private static StoreState state(DataInputStream in) throws IOException {
        boolean underWay = in.readBoolean();
        HistoryPlace place = new HistoryPlace(in.readLong(), in.readLong(), in.readLong());
        Map<Integer, Long> held = new HashMap<>();
        int sets = size(in);
        for (int i = 0; i < sets; i++) {
            int name = in.readInt();
            held.put(name, in.readLong());
        }
        Snapshot seen = snapshot(in);
        Instant at = Instant.ofEpochMilli(in.readLong());
        Optional<Snapshot> told = in.readBoolean() ? Optional.of(snapshot(in)) : Optional.empty();
        if (!underWay) {
            return new StoreState.At(place, held, seen, at, told);
        }
        Snapshot target = snapshot(in);
        Instant targetAt = Instant.ofEpochMilli(in.readLong());
        Set<Integer> filled = new HashSet<>();
        int fills = size(in);
        for (int i = 0; i < fills; i++) {
            filled.add(in.readInt());
        }
        boolean fresh = in.readBoolean();
        int set = in.readInt();
        Optional<String> last = in.readBoolean()
                ? Optional.of(new String(in.readNBytes(size(in)), StandardCharsets.UTF_8))
                : Optional.empty();
        return new StoreState.UnderWay(place, held, seen, at, told, target, targetAt, filled, fresh, set, last);
    }

    private static void write(DataOutputStream out, HistoryPlace place) throws IOException {
        out.writeLong(place.store());
        out.writeLong(place.run());
        out.writeLong(place.written());
    }

    private static void write(DataOutputStream out, Snapshot snapshot) throws IOException {
        Numbers.write(out, snapshot.xmin());
        Numbers.write(out, snapshot.xmax() - snapshot.xmin());
        Numbers.write(out, snapshot.inProgress().size());
        long before = snapshot.xmin();
        for (long xid : snapshot.inProgress()) {
            Numbers.write(out, xid - before);
            before = xid;
        }
    }

    private static Snapshot snapshot(DataInputStream in) throws IOException {
        long xmin = Numbers.read(in);
        long xmax = xmin + Numbers.read(in);
        int size = size(in);
        List<Long> inProgress = new ArrayList<>();
        long xid = xmin;
        for (int i = 0; i < size; i++) {
            xid += Numbers.read(in);
            inProgress.add(xid);
        }
        return new Snapshot(xmin, xmax, inProgress);
    }

    private static int size(DataInputStream in) throws IOException {
        long size = Numbers.read(in);
        if (size < 0 || size > MOST) {
            throw new IOException("a size beyond all measure");
        }
        return (int) size;
    }

    private static byte[] context(PullRequest request) {
        StringBuilder text = new StringBuilder("pull");
        add(text, request.profile().name().toString());
        add(text, request.caller().name());
        add(text, request.client().map(Object::toString).orElse("-"));
        request.entities().ifPresent(entities -> new TreeSet<>(entities).forEach(name -> add(text, name.toString())));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** With its length before it, so that no two lists of texts look alike. */
    private static void add(StringBuilder text, String of) {
        text.append(' ').append(of.length()).append(':').append(of);
    }
}
