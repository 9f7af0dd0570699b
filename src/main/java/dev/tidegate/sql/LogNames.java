package dev.tidegate.sql;

import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.UUID;

/** How things of the change logs are called in schema {@code tidegate}: readable, and short enough for PostgreSQL. */
final class LogNames {
    private static final int LONGEST = 30;
    private static final int DIGITS = 8;
    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

    private LogNames() {}

    static String log(String modelName) {
        String readable = modelName.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        return "log_" + readable.substring(0, Math.min(LONGEST, readable.length())) + "_" + digest(modelName);
    }

    /** A function that says something else is called otherwise. */
    static String function(int source, String text) {
        return "log_" + source + "_" + digest(text);
    }

    static String oldValue(int source, int bit) {
        return "old_" + source + "_" + bit;
    }

    static String defaultPartition(String log) {
        return log + "_default";
    }

    static String partition(String log, LocalDate monday) {
        return log + "_" + DAY.format(monday);
    }

    /** Weeks are those of UTC. */
    static LocalDate monday(Instant at) {
        return at.atOffset(ZoneOffset.UTC).toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    }

    static String digest(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, DIGITS);
    }
}
