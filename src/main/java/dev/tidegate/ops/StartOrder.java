package dev.tidegate.ops;

/** The order in which parts begin at start, as priorities of observers of {@code StartupEvent}; lower is earlier. */
public final class StartOrder {
    /** Model and configuration are judged; nothing is opened before. */
    public static final int CHECKS = 100;

    public static final int GATEWAY_DATABASE_PROBE = 150;
    public static final int GATEWAY_DATABASE = 200;
    public static final int DEMO = 300;
    public static final int PROBES = 400;
    public static final int CHANGE_LOGS = 500;
    public static final int GREETING = 3000;

    private StartOrder() {}
}
