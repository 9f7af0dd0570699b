package dev.tidegate.store;

import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** What PostgreSQL's SQLSTATEs mean to the gateway. Anything that is not a {@link PgException} is a broken connection. */
final class PgFaults {
    private PgFaults() {}

    /**
     * Whether the same may work later, whatever it is (store-protocol 5): connections, resources, shutdown (08, 53, 57, 58),
     * deadlock and serialization (40), a lock that was not to be had, a standby that is not promoted yet, a login or a
     * database that is missing. A statement that was cancelled is not among these: it may have run too long by itself.
     */
    static boolean passes(PgException fault) {
        return switch (String.valueOf(fault.getSqlState())) {
            case "57014", "40002", "53400" -> false;
            case "25006", "3D000", "55P03", "55006" -> true;
            default ->
                switch (classOf(fault)) {
                    case "08", "28", "40", "53", "57", "58" -> true;
                    default -> false;
                };
        };
    }

    /**
     * Whether it is the change that the store does not take: its data (22), a constraint (23), a check option (44), a value
     * too large for an index (54000), or a trigger of the users that raised an exception (P0, or a class that neither SQL
     * nor PostgreSQL has).
     */
    static boolean refusesData(PgException fault) {
        return switch (classOf(fault)) {
            case "22", "23", "44", "P0" -> true;
            case "53", "54", "55", "57", "58", "72", "XX" -> "54000".equals(fault.getSqlState());
            case String other -> isOfUsers(other.charAt(0));
        };
    }

    /** SQL reserves classes that begin with 0 to 4 or A to H. */
    private static boolean isOfUsers(char first) {
        return (first >= '5' && first <= '9') || (first >= 'I' && first <= 'Z');
    }

    /** Whether the transaction was ended for the sake of another one, and may well succeed when it is repeated whole. */
    static boolean isContention(PgException fault) {
        return "55P03".equals(fault.getSqlState())
                || ("40".equals(classOf(fault)) && !"40002".equals(fault.getSqlState()) && !isInDoubt(fault));
    }

    /** Said of a commit: whether it may have happened all the same. */
    static boolean isInDoubt(PgException fault) {
        return switch (classOf(fault)) {
            case "08", "53", "57", "58" -> true;
            default -> "40003".equals(fault.getSqlState());
        };
    }

    /**
     * Whether what the server says may be due to one row of several: its data, a limit of the program (54), a lock that was
     * not to be had in time or that two waited for.
     */
    static boolean isAboutOne(Throwable failure) {
        return failure instanceof PgException fault
                && (refusesForGood(fault) || isOvertaken(fault) || "55P03".equals(fault.getSqlState()));
    }

    /** Whether another session was faster, or waited for the same: asked again, the server finds what that one has done. */
    static boolean isOvertaken(Throwable failure) {
        return failure instanceof PgException fault
                && ("23505".equals(fault.getSqlState()) || "40P01".equals(fault.getSqlState()));
    }

    /** Whether the server does not take the data, now or later; a key that another session has just written is no such. */
    static boolean refusesForGood(Throwable failure) {
        return failure instanceof PgException fault
                && !isOvertaken(fault)
                && (refusesData(fault) || "54".equals(classOf(fault)));
    }

    /** Broken, closed, or not to be had in time: the client's and the pool's own words. */
    static boolean isLostConnection(Throwable failure) {
        return switch (failure) {
            case ClosedConnectionException _ -> true;
            case IOException _ -> true;
            case TimeoutException _ -> true;
            case NoStackTraceThrowable said -> !isWrongStatement(String.valueOf(said.getMessage()));
            case VertxException _ -> true;
            case IllegalStateException closed ->
                String.valueOf(closed.getMessage()).contains("closed");
            default -> false;
        };
    }

    /** The client's words for values that do not fit the statement: a bug of the gateway, which does not pass. */
    private static boolean isWrongStatement(String message) {
        return message.contains("coerced") || message.contains("number of parameters");
    }

    private static String classOf(PgException fault) {
        String state = fault.getSqlState();
        return state == null || state.length() < 2 ? "08" : state.substring(0, 2);
    }
}
