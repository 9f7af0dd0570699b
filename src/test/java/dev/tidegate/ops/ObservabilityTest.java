package dev.tidegate.ops;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What dashboard, alerts and book speak of, beside what a gateway exports that has met everything that is observed. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
class ObservabilityTest {
    /** What Prometheus and the monitor put to each series. */
    private static final Set<String> TARGET = Set.of("namespace", "pod", "job", "instance");

    private static final EntityName WORK_ORDER = EntityName.parse("FieldService.WorkOrder");
    private static final StoreName FIELD = new StoreName("field");
    private static final Duration TOOK = Duration.ofMillis(7);

    private static final List<Observation> EVERYTHING = List.of(
            new Observation.ReadServed(WORK_ORDER, 20, TOOK),
            SampleActs.created("w1"),
            new Observation.WriteRepeated(FIELD),
            new Observation.StreamEnded(WORK_ORDER, 20, TOOK, Observation.StreamEnd.SERVED),
            new Observation.LegRead(FIELD, 3, 1, true, TOOK),
            new Observation.HintSent(),
            new Observation.ListeningEnded(Observation.ListeningEnd.CLIENT_GONE, TOOK),
            new Observation.WatchLooked("field", true, TOOK),
            new Observation.Refused(Observation.Flow.READ, Optional.of(WORK_ORDER), ProblemCode.ENTITY_NOT_ONLINE),
            SampleActs.accepted(),
            new Observation.CompatibilityUsed(WORK_ORDER, Observation.Flow.UPLOAD, Optional.of("0123456789abcdef")),
            new Observation.GroupCommitted(3, TOOK),
            new Observation.LeaseExpired(FIELD),
            new Observation.Forgotten("queue", 3),
            new Observation.ChangeLogsLookedAt(FIELD, List.of("put right"), List.of()),
            SampleActs.denied(),
            new Observation.PartApplied(FIELD, 7, TOOK, TOOK),
            new Observation.GroupApplied(FIELD, 3, TOOK),
            new Observation.ApplyDelayed(FIELD, "locked"),
            new Observation.HistoryLost(FIELD, Observation.LostBy.STORE, 3),
            new Observation.QueueFailed("it has not answered within 5000 ms"),
            new Observation.StoreStateChanged(FIELD, "UP", "SUSPECT"),
            new Observation.CircuitChanged(FIELD, "OPEN"),
            new Observation.CallRefused(FIELD, Observation.CallRefused.Reason.FULL),
            new Observation.FileMoved(Observation.FileWay.IN, 4_096),
            new Observation.FileCompleted(4_096),
            new Observation.DeskUsed(Observation.DeskAction.RETRY, "otto", UUID.randomUUID(), false),
            new Observation.ModelServed("0123456789abcdef"),
            SampleActs.refusedModel(),
            new Observation.OperatorCalled("otto", "GET", "/admin/dead-letters", "r1"),
            new Observation.AccessRefused(
                    Optional.of("ada"),
                    "GET",
                    "/admin/dead-letters",
                    Optional.empty(),
                    ProblemCode.ACCESS_DENIED,
                    "r1"),
            new Observation.RequestFaulted(
                    UUID.randomUUID(),
                    "r1",
                    Observation.Flow.READ,
                    "GET",
                    "/v1/profiles",
                    new IllegalStateException("made up by a test")));

    @Inject
    Observer observer;

    @ConfigProperty(name = "quarkus.management.port")
    int port;

    /** The labels of each series, by the name of its metric. */
    private final Map<String, List<Map<String, String>>> exported = new TreeMap<>();

    @BeforeEach
    void scrape() {
        assertThat(EVERYTHING.stream().map(Object::getClass))
                .containsExactlyInAnyOrderElementsOf(kinds(Observation.class).collect(Collectors.toSet()));
        EVERYTHING.forEach(observer::see);
        given().port(port)
                .get("/q/metrics")
                .body()
                .asString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> exported.computeIfAbsent(line.split("[{ ]", 2)[0], _ -> new ArrayList<>())
                        .add(PromQl.labels(line)));
    }

    private static Stream<Class<?>> kinds(Class<?> sealed) {
        return sealed.isSealed()
                ? Stream.of(sealed.getPermittedSubclasses()).flatMap(ObservabilityTest::kinds)
                : Stream.of(sealed);
    }

    @Test
    void every_metric_of_a_rule_or_a_panel_is_exported_with_the_labels_that_choose_it() throws IOException {
        Set<String> recorded = Watching.rules().stream()
                .filter(rule -> rule.has("record"))
                .map(rule -> rule.get("record").getAsString())
                .collect(Collectors.toCollection(() -> new TreeSet<>(Set.of("up"))));
        Watching.expressions()
                .forEach((where, expression) -> PromQl.of(expression).selectors().stream()
                        .filter(selector -> !recorded.contains(selector.metric()))
                        .forEach(selector -> assertThat(exported.getOrDefault(selector.metric(), List.of()))
                                .as("%s: %s", where, selector)
                                .anyMatch(labels -> chooses(selector, labels))));
    }

    @Test
    void every_label_that_a_rule_or_a_panel_groups_by_is_exported() throws IOException {
        Watching.expressions().forEach((where, expression) -> {
            PromQl query = PromQl.of(expression);
            Set<String> known = query.selectors().stream()
                    .flatMap(selector -> exported.getOrDefault(selector.metric(), List.of()).stream())
                    .flatMap(labels -> labels.keySet().stream())
                    .collect(Collectors.toCollection(() -> new TreeSet<>(TARGET)));
            assertThat(known).as(where).containsAll(query.grouping());
        });
    }

    @Test
    void the_book_has_every_metric_of_the_gateways_own_and_no_other() throws IOException {
        String book = Files.readString(Path.of("src", "docs", "operations.md")).split("(?m)^## Measures", 2)[1];
        Set<String> documented = Stream.of(book.split("\n"))
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> Pattern.compile("`(tidegate_\\w+)`")
                        .matcher(line.split("\\|", 3)[1])
                        .results())
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> own = exported.keySet().stream()
                .filter(name -> name.startsWith("tidegate_"))
                .map(name -> name.replaceAll("_(bucket|sum|count|max)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).isEqualTo(own);
    }

    private static boolean chooses(PromQl.Selector selector, Map<String, String> labels) {
        return selector.equal().entrySet().stream()
                        .filter(label -> !TARGET.contains(label.getKey()))
                        .allMatch(label -> label.getValue().equals(labels.get(label.getKey())))
                && selector.others().stream()
                        .filter(label -> !TARGET.contains(label))
                        .allMatch(labels::containsKey);
    }
}
