package dev.tidegate.xpath;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimeZonesTest {
    @Test
    void a_zone_is_named_by_its_place_or_utc_and_an_offset_is_none() {
        assertThat(TimeZones.named("Europe/Amsterdam")).map(TimeZones::nameOf).contains("Europe/Amsterdam");
        assertThat(TimeZones.named("UTC")).map(TimeZones::nameOf).contains("UTC");
        assertThat(TimeZones.named("+02:00")).isEmpty();
        assertThat(TimeZones.named("GMT+3")).isEmpty();
    }

    /** PostgreSQL's own {@code CET} is one hour ahead, also in summer. */
    @Test
    void a_name_that_is_an_abbreviation_in_postgresql_stands_for_a_place_there() {
        assertThat(TimeZones.named("CET")).map(TimeZones::nameOf).contains("Europe/Brussels");
        assertThat(TimeZones.named("MET")).map(TimeZones::nameOf).contains("Europe/Brussels");
        assertThat(TimeZones.named("EET")).map(TimeZones::nameOf).contains("Europe/Athens");
        assertThat(TimeZones.named("WET")).map(TimeZones::nameOf).contains("Europe/Lisbon");
    }
}
