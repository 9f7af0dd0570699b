package dev.tidegate.outage;

import dev.tidegate.testing.GatewayProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What there is to see of a site that does not get on: written to {@code target/storm-findings.txt}, for people. */
final class StormFindings {
    static final Path FILE = Path.of("target", "storm-findings.txt");

    private static final List<String> ABOUT_QUEUE = List.of(
            "SELECT 'parts ' || state || ' ' || count(*) FROM tidegate_queue.part GROUP BY state",
            "SELECT 'late ' || state || ' ' || count(*) || ' paused ' || count(*) FILTER (WHERE paused_until > now())"
                    + " FROM tidegate_queue.late GROUP BY state",
            "SELECT format('lanes behind %s, leased %s, expired %s, paused %s until %s, delays %s', count(*),"
                    + " count(leased_by), count(*) FILTER (WHERE leased_by IS NOT NULL AND leased_until < now()),"
                    + " count(*) FILTER (WHERE paused_until > now()), max(paused_until), max(delays))"
                    + " FROM tidegate_queue.lane WHERE settled_position < last_position",
            "SELECT 'now ' || now()");
    private static final String SESSIONS =
            "SELECT format('%s %s %s %s %s: %s', pid, state, wait_event_type, wait_event, now() - state_change,"
                    + " left(query, 120)) FROM pg_stat_activity WHERE application_name <> '' AND state <> 'idle'"
                    + " AND pid <> pg_backend_pid()";

    private final StringBuilder text = new StringBuilder();

    static void write(StormSite site, String why) throws IOException, InterruptedException {
        StormFindings findings = new StormFindings();
        findings.text.append("==== ").append(why).append('\n');
        findings.ask(site.queue, ABOUT_QUEUE);
        findings.ask(site.queue, List.of(SESSIONS));
        findings.ask(site.field, List.of(SESSIONS));
        for (GatewayProcess gateway : site.gateways) {
            findings.look(gateway);
        }
        Files.writeString(FILE, findings.text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void ask(StormServer server, List<String> queries) {
        text.append("-- ").append(server.database).append('\n');
        try (Connection connection = server.connect()) {
            for (String query : queries) {
                FieldStore.column(connection, query)
                        .forEach(line -> text.append(line).append('\n'));
            }
        } catch (SQLException broken) {
            text.append(broken).append('\n');
        }
    }

    private void look(GatewayProcess gateway) throws IOException, InterruptedException {
        text.append("-- gateway ").append(gateway.at("/")).append(" pid ").append(gateway.pid());
        text.append(" live ").append(gateway.health("live")).append(" ready ").append(gateway.health("ready"));
        text.append('\n')
                .append(gateway.metrics()
                        .lines()
                        .filter(line -> line.startsWith("tidegate_"))
                        .reduce("", (all, line) -> all + line + "\n"));
        if (gateway.pid().isPresent()) {
            Process dump = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(gateway.pid().getAsLong()),
                            "Thread.print")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            Path.of("target", "storm-threads.txt").toFile()))
                    .start();
            if (!dump.waitFor(10, TimeUnit.SECONDS)) {
                dump.destroyForcibly();
            }
        }
    }
}
