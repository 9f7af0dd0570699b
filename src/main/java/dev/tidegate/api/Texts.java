package dev.tidegate.api;

import dev.tidegate.model.ValueType;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Clients' texts: how they are read as identifiers, and how they are repeated in answers. */
final class Texts {
    static final String INSTANT_FORM = "has to be a date and time, such as 2026-11-20T08:15:00.000Z.";

    private static final int LONGEST = 100;

    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private Texts() {}

    /** The UUID that the text spells in full; {@link UUID#fromString} would also take shorter forms. */
    static Optional<UUID> uuid(String text) {
        return UUID_FORM.matcher(text).matches()
                ? Optional.of(UUID.fromString(text.toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    /** A time in RFC 3339, as the contract writes datetimes. */
    static Optional<Instant> instant(String text) {
        return ValueType.DATETIME.read(text).map(Instant.class::cast);
    }

    static String shorten(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
