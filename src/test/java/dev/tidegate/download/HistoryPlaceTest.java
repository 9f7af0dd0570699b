package dev.tidegate.download;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.sql.LogBook;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryPlaceTest {

    /** Runs newest first, each with the place where it began; "then" was the newest run of the earlier moment. */
    @ParameterizedTest(name = "written {0} in {1}, later {2} with {3}: {4}")
    @CsvSource({
        "0/100, a 0/0, 0/100, a 0/0, true",
        "0/100, a 0/0, 0/FF, a 0/0, false",
        "0/100, a 0/0, 0/900, b 0/100 a 0/0, true",
        "0/100, a 0/0, 0/900, b 0/FF a 0/0, false",
        "0/100, a 0/0, 0/900, c 0/800 b 0/FF a 0/0, false",
        "0/100, a 0/0, 0/900, c 0/FF b 0/800 a 0/0, false",
        "0/100, a 0/0, 0/900, b 0/800, false",
        "0/500, b 0/FF a 0/0, 0/900, b 0/FF a 0/0, true",
        "1/0, a 0/0, 0/FFFFFFFF, a 0/0, false",
        "FFFFFFFF/0, a 0/0, FFFFFFFF/1, b FFFFFFFF/0 a 0/0, true",
        "0/9, a 0/0, 80000000/0, b 80000000/0 a 0/0, true",
    })
    void what_led_to_what(String written, String then, String later, String now, boolean led) {
        assertThat(HistoryPlace.of(moment("store", written, then)).ledTo(moment("store", later, now)))
                .isEqualTo(led);
    }

    @Test
    void another_store_is_another_one_whatever_its_runs() {
        HistoryPlace place = HistoryPlace.of(moment("one", "0/100", "a 0/0"));

        assertThat(place.isOf(moment("one", "0/0", "b 0/0"))).isTrue();
        assertThat(place.isOf(moment("other", "0/100", "a 0/0"))).isFalse();
    }

    private static StoreSnapshot.Opening moment(String identity, String written, String runs) {
        List<String> parts = Arrays.asList(runs.split(" ", -1));
        List<StoreSnapshot.Run> all = IntStream.range(0, parts.size() / 2)
                .mapToObj(i -> new StoreSnapshot.Run(parts.get(2 * i), parts.get(2 * i + 1)))
                .toList();
        return new StoreSnapshot.Opening(
                "1:1:", identity, written, all, new LogBook(Set.of(), Map.of(), Map.of()), Map.of());
    }
}
