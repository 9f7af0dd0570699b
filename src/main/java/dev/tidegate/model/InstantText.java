package dev.tidegate.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * An instant as RFC 3339 has it, in UTC with milliseconds: {@code 2026-01-31T09:05:00.000Z}. Digit by digit, because answers are full
 * of them and a formatter takes several times as long; that one is left what RFC 3339 has no text for, as a year of five digits.
 */
final class InstantText {
    private static final String FORM = "0000-00-00T00:00:00.000Z";
    private static final DateTimeFormatter OTHERS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);
    private static final int LAST_YEAR = 9999;
    private static final int NANOS_OF_A_MILLI = 1_000_000;

    private final byte[] text = FORM.getBytes(StandardCharsets.ISO_8859_1);

    private InstantText() {}

    static String of(Instant instant) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
        if (time.getYear() < 0 || time.getYear() > LAST_YEAR) {
            return OTHERS.format(time);
        }
        InstantText text = new InstantText();
        text.put(time.getYear(), 3);
        text.put(time.getMonthValue(), 6);
        text.put(time.getDayOfMonth(), 9);
        text.put(time.getHour(), 12);
        text.put(time.getMinute(), 15);
        text.put(time.getSecond(), 18);
        text.put(time.getNano() / NANOS_OF_A_MILLI, 22);
        return new String(text.text, StandardCharsets.ISO_8859_1);
    }

    /** A number whose last digit stands at {@code last}, over the zeros of the form. */
    private void put(int number, int last) {
        int at = last;
        for (int rest = number; rest > 0; rest /= 10) {
            text[at--] = (byte) ('0' + rest % 10);
        }
    }
}
