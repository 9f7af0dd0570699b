package dev.tidegate.oracle;

import dev.tidegate.testing.TestDatabase;
import dev.tidegate.testing.Until;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Sessions that write past the gateway, a statement of one and then of another: transactions that are short, stay open for long, are
 * given up as a whole or back to a savepoint, wait in vain or meet in a deadlock. One of them has no rights on the gateway's schema.
 */
final class Writers implements AutoCloseable {
    private static final String STRANGER = "tidegate_test_stranger";
    private static final int SESSIONS = 4;
    private static final int TRAIL = 60;

    private final Dice dice;
    private final WriteMaker maker;
    private final TestDatabase database;
    private final List<Session> sessions = new ArrayList<>();
    private final Deque<String> trail = new ArrayDeque<>();
    int committed;
    int abandoned;
    int refused;
    int deadlocks;

    private static final class Session {
        final int number;
        final Connection connection;
        final int pid;
        final Deque<String> left = new ArrayDeque<>();
        boolean open;
        boolean alone;
        int rest;

        Session(int number, Connection connection) throws SQLException {
            this.number = number;
            this.connection = connection;
            try (Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery("SELECT pg_backend_pid()")) {
                found.next();
                this.pid = found.getInt(1);
            }
        }
    }

    Writers(Dice dice, WriteMaker maker, TestDatabase database, String schema) {
        this.dice = dice;
        this.maker = maker;
        this.database = database;
        database.run(
                "DO $$ BEGIN CREATE ROLE " + STRANGER
                        + "; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
                "GRANT USAGE ON SCHEMA " + schema + " TO " + STRANGER,
                "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA " + schema + " TO " + STRANGER);
        try {
            for (int i = 0; i < SESSIONS; i++) {
                Connection connection = database.connect();
                sessions.add(new Session(i, connection));
                run(connection, "SET lock_timeout = '5ms'; SET deadlock_timeout = '1s'");
            }
            run(sessions.getFirst().connection, "SET ROLE " + STRANGER);
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The last of what was done, oldest first. */
    String trail() {
        return String.join("\n    ", trail);
    }

    void note(String what) {
        trail.add(what);
        if (trail.size() > TRAIL) {
            trail.remove();
        }
    }

    void step() {
        Session session = dice.any(sessions);
        if (dice.percent(1)) {
            deadlock();
        } else if (session.open && session.rest > 0 && dice.percent(60)) {
            session.rest--;
        } else if (session.open && session.left.isEmpty() && dice.percent(40)) {
            end(session, dice.percent(80));
        } else if (session.open && dice.percent(2)) {
            end(session, false);
        } else {
            write(session);
        }
    }

    private void write(Session session) {
        if (session.left.isEmpty()) {
            boolean undone = session.open && dice.percent(8);
            if (undone) {
                session.left.add("SAVEPOINT s");
            }
            session.left.addAll(maker.change());
            if (undone) {
                session.left.add("ROLLBACK TO SAVEPOINT s");
            }
            if (session.left.isEmpty()) {
                return;
            }
        }
        if (!session.open) {
            // A single statement may be a transaction by itself.
            if (session.left.size() > 1 || dice.percent(70)) {
                perform(session, "BEGIN");
                session.open = true;
                session.rest = dice.percent(10) ? 30 : 0;
            }
        }
        String sql = session.left.remove();
        perform(session, sql);
        session.alone |= session.open && sql.startsWith("TRUNCATE");
        // For as long as that is open nobody reads the table.
        if (session.open && sql.startsWith("TRUNCATE") && !dice.percent(2)) {
            end(session, dice.percent(75));
        }
    }

    private void perform(Session session, String sql) {
        try {
            run(session.connection, sql);
            note(session.number + ": " + sql);
            if (!session.open && !sql.equals("BEGIN")) {
                committed++;
            }
        } catch (SQLException failure) {
            note(session.number + ": " + sql + " -- failed: " + failure.getMessage());
            refused++;
            if (!failure.getSQLState().equals("55P03") && !failure.getSQLState().startsWith("23")) {
                throw new IllegalStateException(sql, failure);
            }
            if (session.open) {
                end(session, false);
            }
            session.left.clear();
        }
    }

    private void end(Session session, boolean commit) {
        String how = commit ? "COMMIT" : "ROLLBACK";
        try {
            run(session.connection, how);
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        }
        note(session.number + ": " + how);
        session.open = false;
        session.alone = false;
        session.left.clear();
        if (commit) {
            committed++;
        } else {
            abandoned++;
        }
    }

    /** Whether somebody has a table for himself. */
    boolean isAlone() {
        return sessions.stream().anyMatch(session -> session.alone);
    }

    /** Nobody is in a transaction any more. */
    void settle() {
        for (Session session : sessions) {
            while (session.open && !session.left.isEmpty()) {
                perform(session, session.left.remove());
            }
            if (session.open) {
                end(session, dice.percent(70));
            }
        }
    }

    private void deadlock() {
        List<Session> idle = sessions.stream()
                .filter(session -> !session.open && session.number > 0)
                .toList();
        List<String> both = maker.rows();
        if (idle.size() < 2 || both.size() < 2) {
            return;
        }
        Session one = idle.getFirst();
        Session other = idle.getLast();
        perform(one, "BEGIN");
        perform(other, "BEGIN");
        one.open = true;
        other.open = true;
        perform(one, both.getFirst());
        perform(other, both.getLast());
        if (one.open && other.open) {
            perform(one, "SET LOCAL lock_timeout = '10s'; SET LOCAL deadlock_timeout = '2s'");
            perform(other, "SET LOCAL lock_timeout = '10s'; SET LOCAL deadlock_timeout = '10ms'");
            CompletableFuture<Boolean> first =
                    CompletableFuture.supplyAsync(() -> survives(one.connection, both.getLast()));
            Until.holds(
                    "the first waits for the second", Duration.ofSeconds(10), () -> first.isDone() || isWaiting(one));
            boolean second = survives(other.connection, both.getFirst());
            note("deadlock of " + one.number + " and " + other.number + " over " + both);
            deadlocks++;
            end(one, first.join());
            end(other, second);
        }
        for (Session session : List.of(one, other)) {
            if (session.open) {
                end(session, false);
            }
        }
    }

    private boolean isWaiting(Session session) {
        return "t"
                .equals(database.value(
                        "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = " + session.pid));
    }

    private static boolean survives(Connection connection, String sql) {
        try {
            run(connection, sql);
            return true;
        } catch (SQLException failure) {
            if (failure.getSQLState().equals("40P01") || failure.getSQLState().equals("55P03")) {
                return false;
            }
            throw new CompletionException(failure);
        }
    }

    @Override
    public void close() {
        for (Session session : sessions) {
            try {
                session.connection.close();
            } catch (SQLException broken) {
                throw new IllegalStateException(broken);
            }
        }
    }
}
