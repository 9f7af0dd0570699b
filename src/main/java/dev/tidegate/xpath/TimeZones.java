package dev.tidegate.xpath;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The time zones that requests may name: those of the IANA database, and UTC. Offsets are none of them: PostgreSQL would
 * read {@code GMT+3} with the opposite sign.
 */
public final class TimeZones {
    private static final Set<String> KNOWN = known();

    private TimeZones() {}

    private static Set<String> known() {
        return Set.copyOf(ZoneId.getAvailableZoneIds().stream()
                .filter(name -> !name.startsWith("SystemV/"))
                .toList());
    }

    /** The zone of that name, as it is spelt. */
    public static Optional<ZoneId> named(String name) {
        if (name.equals("UTC")) {
            return Optional.of(ZoneOffset.UTC);
        }
        return KNOWN.contains(name) ? Optional.of(ZoneId.of(name)) : Optional.empty();
    }

    /**
     * How PostgreSQL calls a zone that {@link #named} gave. Four names are abbreviations of a fixed offset there, without
     * summer time; they are called by the zones that IANA's database links them to.
     */
    public static String nameOf(ZoneId zone) {
        return switch (zone.getId()) {
            case "Z" -> "UTC";
            case "CET", "MET" -> "Europe/Brussels";
            case "EET" -> "Europe/Athens";
            case "WET" -> "Europe/Lisbon";
            case String name -> name;
        };
    }

    static Stream<String> names() {
        return KNOWN.stream();
    }
}
