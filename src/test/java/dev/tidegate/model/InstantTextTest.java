package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InstantTextTest {
    private static final DateTimeFormatter FORMATTER = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @Test
    void each_part_has_its_digits() {
        assertThat(text("2026-11-30T23:59:58.123Z")).isEqualTo("2026-11-30T23:59:58.123Z");
        assertThat(text("0000-01-01T00:00:00Z")).isEqualTo("0000-01-01T00:00:00.000Z");
        assertThat(text("0987-02-03T04:05:06.007Z")).isEqualTo("0987-02-03T04:05:06.007Z");
        assertThat(text("9999-12-31T23:59:59.999999999Z")).isEqualTo("9999-12-31T23:59:59.999Z");
    }

    @Test
    void before_1970_milliseconds_count_forward_too() {
        assertThat(text("1969-12-31T23:59:59.9999Z")).isEqualTo("1969-12-31T23:59:59.999Z");
    }

    @Test
    void years_beyond_four_digits_have_a_sign() {
        assertThat(InstantText.of(Instant.parse("+10000-01-01T00:00:00Z"))).isEqualTo("+10000-01-01T00:00:00.000Z");
        assertThat(InstantText.of(Instant.parse("-0001-01-01T00:00:00Z"))).isEqualTo("-0001-01-01T00:00:00.000Z");
    }

    @Test
    void any_instant_reads_as_a_formatter_writes_it() {
        long seed = 20_261_127;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            Instant instant = Instant.ofEpochSecond(
                    random.nextLong(-70_000_000_000L, 260_000_000_000L), random.nextInt(1_000_000_000));
            assertThat(InstantText.of(instant)).as("seed " + seed).isEqualTo(FORMATTER.format(instant));
        }
    }

    private static String text(String instant) {
        return InstantText.of(Instant.parse(instant));
    }
}
