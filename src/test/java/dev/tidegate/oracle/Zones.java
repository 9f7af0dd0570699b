package dev.tidegate.oracle;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/** Time zones that are easily got wrong: odd offsets, summer time of half an hour, days that were left out. */
final class Zones {
    static final List<ZoneId> ALL = Stream.concat(
                    Stream.of(ZoneOffset.UTC),
                    Stream.of(
                                    "Europe/Amsterdam",
                                    "CET",
                                    "America/New_York",
                                    "Asia/Kolkata",
                                    "Australia/Lord_Howe",
                                    "Pacific/Apia",
                                    "America/St_Johns",
                                    "Asia/Kathmandu",
                                    "Pacific/Kiritimati",
                                    "Europe/Dublin",
                                    "Pacific/Marquesas")
                            .map(ZoneId::of))
            .toList();

    private Zones() {}
}
