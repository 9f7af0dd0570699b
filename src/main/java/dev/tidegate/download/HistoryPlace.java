package dev.tidegate.download;

import java.util.List;

/**
 * Where in the history of a store a moment was (store-protocol 22).
 *
 * @param store a digest of the store's identity
 * @param run a digest of the run of its server
 * @param written up to where its log had been written
 */
record HistoryPlace(long store, long run, long written) {

    static HistoryPlace of(StoreSnapshot.Opening moment) {
        return new HistoryPlace(
                Digests.of(moment.identity()),
                Digests.of(moment.runs().getFirst().id()),
                position(moment.written()));
    }

    boolean isOf(StoreSnapshot.Opening moment) {
        return store == Digests.of(moment.identity());
    }

    /**
     * Whether what the store is at a later moment has come of what it was here. It has not, if its server does not know this run, or if
     * a later one began with less than this: then it was started from a copy.
     */
    boolean ledTo(StoreSnapshot.Opening moment) {
        if (isBehind(moment.written())) {
            return false;
        }
        List<StoreSnapshot.Run> runs = moment.runs();
        for (StoreSnapshot.Run later : runs) {
            if (Digests.of(later.id()) == run) {
                return true;
            }
            if (isBehind(later.began())) {
                return false;
            }
        }
        return false;
    }

    private boolean isBehind(String lsn) {
        return Long.compareUnsigned(written, position(lsn)) > 0;
    }

    /** A {@code pg_lsn}: two hexadecimal numbers of 32 bits. */
    private static long position(String lsn) {
        int slash = lsn.indexOf('/');
        return Long.parseLong(lsn, 0, slash, 16) << 32 | Long.parseLong(lsn, slash + 1, lsn.length(), 16);
    }
}
