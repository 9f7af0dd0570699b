package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.JsonObject;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What {@code deploy/observability} has, in itself and beside the runbook; {@link ObservabilityTest} has it beside a gateway. */
class WatchingTest {
    private static final Map<String, Class<?>> OPERATOR =
            Map.of("ServiceMonitor", ServiceMonitor.class, "PrometheusRule", PrometheusRule.class);

    /** The models take any field; here they do not. */
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            })
            .build();

    @Test
    void every_manifest_is_what_its_schema_says() throws IOException {
        for (JsonObject manifest : Manifests.of("observability").all()) {
            if (OPERATOR.containsKey(Kustomization.kind(manifest))) {
                requireValid(manifest);
            } else {
                Manifests.requireValid(manifest);
            }
        }
    }

    @Test
    void an_unknown_field_of_a_monitor_or_a_rule_is_seen() throws IOException {
        for (JsonObject manifest : Manifests.of("observability").all()) {
            if (!OPERATOR.containsKey(Kustomization.kind(manifest))) {
                continue;
            }
            for (JsonObject place : ManifestsTest.fixed(manifest)) {
                place.addProperty("nonsense", "nonsense");
                assertThatThrownBy(() -> requireValid(manifest))
                        .as("%s", place)
                        .isInstanceOf(JsonProcessingException.class);
                place.remove("nonsense");
            }
        }
    }

    @Test
    void only_this_folder_needs_the_operator() throws IOException {
        for (String folder : List.of("base", "overlays/dev", "overlays/production")) {
            assertThat(Manifests.of(folder).all())
                    .extracting(Kustomization::kind)
                    .doesNotContainAnyElementsOf(OPERATOR.keySet());
        }
    }

    @Test
    void the_monitor_scrapes_the_management_port_of_every_gateway() throws IOException {
        JsonObject monitor = only("ServiceMonitor").getAsJsonObject("spec");
        JsonObject service = only("Service");
        JsonObject endpoint = monitor.getAsJsonArray("endpoints").get(0).getAsJsonObject();
        JsonObject port =
                service.getAsJsonObject("spec").getAsJsonArray("ports").get(0).getAsJsonObject();

        assertThat(service.getAsJsonObject("metadata").getAsJsonObject("labels").entrySet())
                .containsAll(monitor.getAsJsonObject("selector")
                        .getAsJsonObject("matchLabels")
                        .entrySet());
        assertThat(endpoint.get("port")).isEqualTo(port.get("name"));
        assertThat(endpoint.get("path").getAsString()).isEqualTo("/q/metrics");
        assertThat(port.get("targetPort").getAsString()).isEqualTo("management");
        assertThat(service.getAsJsonObject("spec")
                        .get("publishNotReadyAddresses")
                        .getAsBoolean())
                .isTrue();
    }

    @Test
    void rules_choose_the_job_that_the_monitor_makes() throws IOException {
        String job = Kustomization.name(only("Service"));
        assertThat(Watching.expressions().values().stream()
                        .flatMap(expression -> PromQl.of(expression).selectors().stream())
                        .filter(selector -> selector.equal().containsKey("job")))
                .isNotEmpty()
                .allSatisfy(selector -> assertThat(selector.equal()).containsEntry("job", job));
    }

    @Test
    void each_alert_has_its_section_in_the_runbook_and_leads_to_it() throws IOException {
        String runbook = Files.readString(Path.of("src", "docs", "runbook.md"));
        List<JsonObject> alerts = Watching.alerts();
        assertThat(alerts).extracting(alert -> alert.get("alert").getAsString()).doesNotHaveDuplicates();
        assertThat(Pattern.compile("(?m)^## (Tidegate\\w+)$")
                        .matcher(runbook)
                        .results()
                        .map(section -> section.group(1)))
                .containsExactlyElementsOf(alerts.stream()
                        .map(alert -> alert.get("alert").getAsString())
                        .toList());
        assertThat(alerts).allSatisfy(alert -> {
            JsonObject annotations = alert.getAsJsonObject("annotations");
            String name = alert.get("alert").getAsString();
            assertThat(annotations.get("runbook_url").getAsString())
                    .endsWith("/src/docs/runbook.md#" + name.toLowerCase(Locale.ROOT));
            assertThat(annotations.get("summary").getAsString()).isNotBlank();
            assertThat(alert.getAsJsonObject("labels").get("severity").getAsString())
                    .isIn("critical", "warning");
            assertThat(runbook.split("(?m)^## " + name + "$", 2)[1].split("(?m)^## ", 2)[0])
                    .as("the section of %s", name)
                    .contains("**Users:**")
                    .contains("**Look:**")
                    .contains("**Do:**");
        });
    }

    @Test
    void panels_of_the_dashboard_have_ids_and_places_of_their_own() throws IOException {
        JsonObject dashboard = Watching.dashboard();
        List<JsonObject> panels = StreamSupport.stream(
                        dashboard.getAsJsonArray("panels").spliterator(), false)
                .map(panel -> panel.getAsJsonObject())
                .toList();
        assertThat(panels).extracting(panel -> panel.get("id").getAsInt()).doesNotHaveDuplicates();
        assertThat(panels)
                .extracting(panel -> panel.get("type").getAsString())
                .containsOnly("row", "stat", "timeseries");
        assertThat(panels.stream()
                        .filter(panel -> panel.get("type").getAsString().equals("row"))
                        .map(panel -> panel.get("title").getAsString()))
                .containsExactly("Overview", "Live reads", "Queue", "Downloads", "Stores");
        Set<String> taken = new HashSet<>();
        for (JsonObject panel : panels) {
            JsonObject place = panel.getAsJsonObject("gridPos");
            for (int x = at(place, "x"); x < at(place, "x") + at(place, "w"); x++) {
                for (int y = at(place, "y"); y < at(place, "y") + at(place, "h"); y++) {
                    assertThat(taken.add(x + " " + y))
                            .as("%s at %s %s", panel.get("title"), x, y)
                            .isTrue();
                    assertThat(x).isLessThan(24);
                }
            }
        }
    }

    @Test
    void every_panel_asks_the_chosen_prometheus_for_the_chosen_namespace() throws IOException {
        Set<String> variables = StreamSupport.stream(
                        Watching.dashboard()
                                .getAsJsonObject("templating")
                                .getAsJsonArray("list")
                                .spliterator(),
                        false)
                .map(variable -> variable.getAsJsonObject().get("name").getAsString())
                .collect(Collectors.toSet());
        assertThat(variables).containsExactlyInAnyOrder("datasource", "namespace");
        Kustomization.objects(Watching.dashboard().getAsJsonArray("panels"), object -> {
            if (object.has("expr")) {
                assertThat(PromQl.of(object.get("expr").getAsString()).selectors())
                        .isNotEmpty()
                        .allSatisfy(selector -> assertThat(selector.others()).contains("namespace"));
                assertThat(object.getAsJsonObject("datasource").get("uid").getAsString())
                        .isEqualTo("${datasource}");
            }
        });
    }

    @Test
    void the_autoscaler_asks_for_what_the_adapter_makes_of_what_is_recorded() throws IOException {
        JsonObject rule = Kustomization.yaml(Watching.FOLDER.resolve("prometheus-adapter.yaml"))
                .getAsJsonObject("rules")
                .getAsJsonArray("external")
                .get(0)
                .getAsJsonObject();
        String asked = Manifests.of("overlays/production").all().stream()
                .filter(manifest -> Kustomization.kind(manifest).equals("HorizontalPodAutoscaler"))
                .flatMap(manifest -> StreamSupport.stream(
                        manifest.getAsJsonObject("spec")
                                .getAsJsonArray("metrics")
                                .spliterator(),
                        false))
                .map(metric -> metric.getAsJsonObject())
                .filter(metric -> metric.has("external"))
                .map(metric -> metric.getAsJsonObject("external")
                        .getAsJsonObject("metric")
                        .get("name")
                        .getAsString())
                .collect(Collectors.joining());
        assertThat(rule.getAsJsonObject("name").get("as").getAsString()).isEqualTo(asked);
        assertThat(Watching.rules().stream()
                        .filter(recording -> recording.has("record"))
                        .map(recording -> recording.get("record").getAsString()))
                .anyMatch(recorded -> rule.get("seriesQuery").getAsString().contains("\"" + recorded + "\""));
    }

    private static int at(JsonObject place, String name) {
        return place.get(name).getAsInt();
    }

    private static void requireValid(JsonObject manifest) throws JsonProcessingException {
        STRICT.readValue(manifest.toString(), OPERATOR.get(Kustomization.kind(manifest)));
    }

    private static JsonObject only(String kind) throws IOException {
        List<JsonObject> found = Manifests.of("observability").all().stream()
                .filter(manifest -> Kustomization.kind(manifest).equals(kind))
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
