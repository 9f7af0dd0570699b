package dev.tidegate.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.TestDatabase;
import dev.tidegate.xpath.TimeZones;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where the gateway and the store have to know the same of the world: upper and lower case, time zones. */
class StoreAgreementTest {
    private static TestDatabase database;

    @BeforeAll
    static void make() {
        database = TestDatabase.create();
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    @Test
    void lower_case_is_that_of_unicode_for_each_character_alone() throws SQLException {
        List<String> different = new ArrayList<>();
        try (Connection connection = database.connect();
                PreparedStatement ask = connection.prepareStatement(
                        "SELECT c, ascii(lower(chr(c))), length(lower(chr(c))) FROM unnest(?::int4[]) c")) {
            Integer[] points = IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
                    .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                    .boxed()
                    .toArray(Integer[]::new);
            ask.setArray(1, connection.createArrayOf("int4", points));
            try (ResultSet found = ask.executeQuery()) {
                while (found.next()) {
                    int point = found.getInt(1);
                    if (found.getInt(2) != Character.toLowerCase(point) || found.getInt(3) != 1) {
                        different.add("U+%04X is U+%04X, not U+%04X"
                                .formatted(point, found.getInt(2), Character.toLowerCase(point)));
                    }
                }
            }
        }
        assertThat(different).isEmpty();
    }

    /**
     * Every zone that a request may name, half-yearly from 1978 and daily through 2025. What lies further back, or ahead,
     * depends on the releases of the zones' rules, of which the store and the gateway each have their own.
     */
    @Test
    void clocks_on_the_wall_show_the_same_in_every_zone() throws SQLException {
        List<Instant> instants = new ArrayList<>();
        for (int year = 1978; year <= 2025; year++) {
            instants.add(Instant.parse(year + "-01-15T11:59:59Z"));
            instants.add(Instant.parse(year + "-07-15T12:00:01Z"));
        }
        Instant begin = Instant.parse("2025-01-01T00:30:00Z");
        for (int days = 0; days < 365; days++) {
            instants.add(begin.plus(days, ChronoUnit.DAYS));
        }
        List<String> different = new ArrayList<>();
        try (Connection connection = database.connect();
                PreparedStatement ask = connection.prepareStatement(
                        "SELECT extract(epoch FROM (to_timestamp(e) AT TIME"
                                + " ZONE ?) AT TIME ZONE 'UTC')::int8 - e FROM unnest(?::int8[]) WITH ORDINALITY u(e, n) ORDER BY n")) {
            Object[] seconds = instants.stream().map(Instant::getEpochSecond).toArray();
            List<ZoneId> zones = ZoneId.getAvailableZoneIds().stream()
                    .map(TimeZones::named)
                    .flatMap(Optional::stream)
                    .toList();
            assertThat(zones).hasSizeGreaterThan(400);
            for (ZoneId zone : zones) {
                ask.setString(1, TimeZones.nameOf(zone));
                ask.setArray(2, connection.createArrayOf("int8", seconds));
                firstDifference(ask, zone, instants).ifPresent(different::add);
            }
        }
        assertThat(different).isEmpty();
    }

    private static Optional<String> firstDifference(PreparedStatement ask, ZoneId zone, List<Instant> instants) {
        try (ResultSet found = ask.executeQuery()) {
            for (Instant instant : instants) {
                found.next();
                int expected = zone.getRules().getOffset(instant).getTotalSeconds();
                if (found.getInt(1) != expected) {
                    return Optional.of(zone + " at " + instant + ": " + found.getInt(1) + " s, not " + expected);
                }
            }
            return Optional.empty();
        } catch (SQLException unknown) {
            return Optional.of(zone + ": " + unknown.getMessage());
        }
    }
}
