package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The forms in which objects are sent. A request gets the one that it gives the highest quality to (RFC 9110, 12.5.1); of
 * equals the one that it names rather than covers by a wildcard, of these the one that it names first.
 */
enum Offer {
    JSON("application", "json"),
    NDJSON("application", "x-ndjson");

    private final String type;
    private final String subtype;

    Offer(String type, String subtype) {
        this.type = type;
        this.subtype = subtype;
    }

    String mediaType() {
        return type + "/" + subtype;
    }

    /** Of what is offered, in the order of the gateway's own preference; empty when the request takes none of it. */
    static Optional<Offer> of(HttpServerRequest request, Offer... offered) {
        List<Range> ranges = ranges(request);
        if (ranges.isEmpty()) {
            return Optional.of(offered[0]);
        }
        return Stream.of(offered)
                .flatMap(offer -> taken(offer, ranges).stream())
                .max(Comparator.comparingDouble((Taken taken) -> taken.by.quality)
                        .thenComparingInt(taken -> taken.by.precision())
                        .thenComparingInt(taken -> -taken.by.place))
                .map(Taken::offer);
    }

    /** The same; a request that takes none of it is refused. {@code what}: who is sent so, with its verb. */
    static Offer required(HttpServerRequest request, String what, Offer... offered) {
        return of(request, offered)
                .orElseThrow(() -> Refusal.of(
                        ProblemCode.NOT_ACCEPTABLE,
                        what + " sent as "
                                + Stream.of(offered).map(Offer::mediaType).collect(Collectors.joining(" or ")) + "."));
    }

    /** Whether a request takes what is sent in one form only, which is none of these. */
    static boolean takes(HttpServerRequest request, String type, String subtype) {
        List<Range> ranges = ranges(request);
        return ranges.isEmpty() || speaking(ranges, type, subtype).isPresent();
    }

    private static List<Range> ranges(HttpServerRequest request) {
        List<Range> ranges = new ArrayList<>();
        request.headers().getAll(HttpHeaders.ACCEPT).stream()
                .flatMap(header -> Stream.of(header.split(",", -1)))
                .filter(range -> !range.isBlank())
                .forEach(range -> ranges.add(Range.parse(range, ranges.size())));
        return ranges;
    }

    private static Optional<Taken> taken(Offer offer, List<Range> ranges) {
        return speaking(ranges, offer.type, offer.subtype).map(range -> new Taken(offer, range));
    }

    /** The most precise range that covers a type speaks for it. */
    private static Optional<Range> speaking(List<Range> ranges, String type, String subtype) {
        return ranges.stream()
                .filter(range -> range.covers(type, subtype))
                .max(Comparator.comparingInt(Range::precision))
                .filter(range -> range.quality > 0);
    }

    private record Taken(Offer offer, Range by) {}

    /** {@code application/*;q=0.5}, as the {@code place}th of the header. What cannot be read covers nothing. */
    private record Range(String type, String subtype, double quality, int place) {
        private static final String ANY = "*";

        static Range parse(String text, int place) {
            String[] parts = text.toLowerCase(Locale.ROOT).split(";", -1);
            String[] names = parts[0].strip().split("/", -1);
            double quality = Stream.of(parts)
                    .skip(1)
                    .map(String::strip)
                    .filter(parameter -> parameter.startsWith("q="))
                    .findFirst()
                    .map(parameter -> quality(parameter.substring(2)))
                    .orElse(1.0);
            return names.length == 2
                    ? new Range(names[0], names[1], quality, place)
                    : new Range("", "", quality, place);
        }

        private static double quality(String text) {
            return text.matches("0(\\.\\d{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(text) : 0;
        }

        boolean covers(String aType, String aSubtype) {
            return (type.equals(ANY) && subtype.equals(ANY))
                    || (type.equals(aType) && (subtype.equals(ANY) || subtype.equals(aSubtype)));
        }

        int precision() {
            return (type.equals(ANY) ? 0 : 1) + (subtype.equals(ANY) ? 0 : 1);
        }
    }
}
