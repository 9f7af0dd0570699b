package dev.tidegate.ops;

/** The order in which parts end, as priorities of observers of {@code ShutdownEvent}; lower is earlier. */
final class StopOrder {
    static final int WORK = 100;

    /** Leases are renewed until the work has ended. */
    static final int CLOCKWORK = 200;

    private StopOrder() {}
}
