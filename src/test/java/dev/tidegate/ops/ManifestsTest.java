package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import io.kubernetes.client.custom.Quantity;
import io.smallrye.config.EnvConfigSource;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the folders of {@code deploy/} render to: against the schema of Kubernetes (an unknown field fails), in itself, and
 * against the application that it deploys.
 */
class ManifestsTest {
    private static final String BASE = "base";
    private static final String DEV = "overlays/dev";
    private static final String PRODUCTION = "overlays/production";

    /** In these any name is a field. */
    private static final Set<String> FREE =
            Set.of("labels", "annotations", "matchLabels", "data", "stringData", "limits", "requests");

    @Nested
    class Each {
        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION})
        void is_what_the_schema_of_kubernetes_says(String folder) throws IOException {
            for (JsonObject manifest : Manifests.of(folder).all()) {
                Manifests.requireValid(manifest);
            }
            Manifests.requireValid(Kustomization.yaml(Path.of("deploy", "namespace.yaml")));
        }

        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION})
        void would_be_refused_with_an_unknown_field_anywhere(String folder) throws IOException {
            for (JsonObject manifest : Manifests.of(folder).all()) {
                for (JsonObject place : fixed(manifest)) {
                    place.addProperty("nonsense", "nonsense");
                    assertThatThrownBy(() -> Manifests.requireValid(manifest))
                            .as("%s in %s", place, Kustomization.name(manifest))
                            .isInstanceOf(IllegalArgumentException.class);
                    place.remove("nonsense");
                }
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION, "observability"})
        void is_rendered_as_kubectl_renders_it(String folder) throws Exception {
            Optional<Path> kubectl = Stream.of(System.getenv("PATH").split(":"))
                    .map(path -> Path.of(path, "kubectl"))
                    .filter(Files::isExecutable)
                    .findFirst();
            assumeTrue(kubectl.isPresent(), "there is a kubectl");
            Process process = new ProcessBuilder(kubectl.orElseThrow().toString(), "kustomize", "deploy/" + folder)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String rendered = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).isZero();

            assertThat(Manifests.of(folder).all())
                    .containsExactlyInAnyOrderElementsOf(Kustomization.documents(rendered));
        }

        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION})
        void names_every_file_of_its_folder(String folder) throws IOException {
            Path directory = Path.of("deploy", folder.split("/"));
            String kustomization = Files.readString(directory.resolve("kustomization.yaml"));
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files.map(file -> file.getFileName().toString())
                                .filter(name -> !name.equals("kustomization.yaml")))
                        .allSatisfy(name -> assertThat(kustomization).containsPattern("(- |path: )" + name));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION})
        void has_each_name_once_and_leaves_the_namespace_to_who_applies_it(String folder) throws IOException {
            List<JsonObject> all = Manifests.of(folder).all();
            assertThat(all.stream().map(manifest -> Kustomization.kind(manifest) + " " + Kustomization.name(manifest)))
                    .doesNotHaveDuplicates();
            assertThat(all)
                    .noneMatch(manifest -> new Node(manifest).at("metadata").has("namespace"));
        }

        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION})
        void is_admitted_where_pod_security_is_restricted(String folder) throws IOException {
            assertThat(Manifests.of(folder).templates())
                    .isNotEmpty()
                    .allSatisfy(template ->
                            assertThat(violations(template.at("spec"))).isEmpty());
        }

        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION})
        void writes_to_volumes_only_and_has_bounds(String folder) throws IOException {
            for (Node template : Manifests.of(folder).templates()) {
                Node pod = template.at("spec");
                assertThat(pod.flag("automountServiceAccountToken")).isFalse();
                assertThat(pod.flag("enableServiceLinks")).isFalse();
                for (Node container : pod.each("containers")) {
                    assertThat(container.flag("securityContext.readOnlyRootFilesystem"))
                            .isTrue();
                    assertThat(container.map("resources.requests")).containsOnlyKeys("cpu", "memory");
                    assertThat(container.map("resources.limits")).containsOnlyKeys("cpu", "memory");
                }
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION})
        void selects_pods_that_are_there(String folder) throws IOException {
            Manifests manifests = Manifests.of(folder);
            List<Map<String, String>> selectors = new ArrayList<>();
            for (String kind : List.of("Deployment", "StatefulSet", "PodDisruptionBudget")) {
                manifests.every(kind).forEach(each -> selectors.add(each.map("spec.selector.matchLabels")));
            }
            manifests.every("Service").forEach(each -> selectors.add(each.map("spec.selector")));
            manifests.every("NetworkPolicy").forEach(each -> selectors.add(each.map("spec.podSelector.matchLabels")));
            manifests.templates().stream()
                    .flatMap(template -> template.at("spec").each("topologySpreadConstraints").stream())
                    .forEach(each -> selectors.add(each.map("labelSelector.matchLabels")));

            assertThat(selectors)
                    .isNotEmpty()
                    .isSubsetOf(manifests.templates().stream()
                            .map(template -> template.map("metadata.labels"))
                            .toList());
        }

        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION})
        void leads_services_to_ports_of_their_pods(String folder) throws IOException {
            Manifests manifests = Manifests.of(folder);
            assertThat(manifests.every("Service")).isNotEmpty().allSatisfy(service -> {
                Node serving = manifests.templates().stream()
                        .filter(template -> template.map("metadata.labels").equals(service.map("spec.selector")))
                        .findFirst()
                        .orElseThrow();
                assertThat(service.at("spec").each("ports"))
                        .extracting(port -> port.text("targetPort"))
                        .isSubsetOf(serving.at("spec.containers.0").each("ports").stream()
                                .map(port -> port.text("name"))
                                .toList());
            });
        }

        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION})
        void mounts_config_maps_that_are_there_and_only_what_is_declared(String folder) throws IOException {
            Manifests manifests = Manifests.of(folder);
            List<String> maps =
                    manifests.every("ConfigMap").map(Node::name).sorted().toList();
            List<String> claims = manifests
                    .every("StatefulSet")
                    .flatMap(set -> set.at("spec").each("volumeClaimTemplates").stream())
                    .map(Node::name)
                    .toList();
            assertThat(maps).singleElement().asString().matches("tidegate-model-[a-z0-9]{10}");
            for (Node template : manifests.templates()) {
                List<Node> volumes = template.at("spec").each("volumes");
                assertThat(volumes.stream()
                                .filter(volume -> volume.has("configMap"))
                                .map(volume -> volume.text("configMap.name")))
                        .isSubsetOf(maps);
                assertThat(template.at("spec.containers.0").each("volumeMounts"))
                        .isNotEmpty()
                        .extracting(mount -> mount.text("name"))
                        .isSubsetOf(Stream.concat(volumes.stream().map(volume -> volume.text("name")), claims.stream())
                                .toList());
            }
            assertThat(manifests.gateway().each("volumes").stream().filter(volume -> volume.has("configMap")))
                    .hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION})
        void gives_the_gateway_the_time_to_stop_that_it_takes(String folder) throws IOException {
            Manifests manifests = Manifests.of(folder);
            Properties properties = new Properties();
            properties.load(
                    new StringReader(Files.readString(Path.of("src", "main", "resources", "application.properties"))));
            Duration unready = seconds(Objects.requireNonNull(
                    variables(manifests.gatewayContainer()).get("QUARKUS_SHUTDOWN_DELAY")));
            Duration underWay = seconds(properties.getProperty("quarkus.shutdown.timeout"));

            assertThat(properties.getProperty("quarkus.shutdown.delay-enabled")).isEqualTo("true");
            assertThat(Duration.ofSeconds(manifests.gateway().number("terminationGracePeriodSeconds")))
                    .isGreaterThanOrEqualTo(unready.plus(underWay)
                            .plus(UploadWiring.LONGEST_END)
                            .plusSeconds(5));
        }

        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION})
        void probes_the_management_port(String folder) throws IOException {
            Node container = Manifests.of(folder).gatewayContainer();
            for (Map.Entry<String, String> probe : Map.of(
                            "startupProbe", "/q/health/started",
                            "readinessProbe", "/q/health/ready",
                            "livenessProbe", "/q/health/live")
                    .entrySet()) {
                Node get = container.at(probe.getKey()).at("httpGet");
                assertThat(get.text("port")).isEqualTo("management");
                assertThat(get.text("path")).isEqualTo(probe.getValue());
            }
            assertThat(container.each("ports"))
                    .extracting(port -> port.text("name") + " " + port.number("containerPort"))
                    .containsExactly("http 8080", "management 9000");
        }

        @ParameterizedTest
        @ValueSource(strings = {BASE, DEV, PRODUCTION})
        void can_be_disturbed_one_pod_at_a_time(String folder) throws IOException {
            Node budget = Manifests.of(folder).only("PodDisruptionBudget").at("spec");
            assertThat(budget.number("maxUnavailable")).isEqualTo(1);
            assertThat(budget.has("minAvailable")).isFalse();
        }
    }

    @Nested
    class TheBase {
        @Test
        void has_the_built_in_demo_for_a_model() throws IOException {
            assertThat(Files.readString(Path.of("deploy", "base", "model.yaml")))
                    .isEqualTo(Demo.model());
        }

        @Test
        void needs_one_secret_and_takes_another() throws IOException {
            Node container = Manifests.of(BASE).gatewayContainer();
            assertThat(secretKeys(container).map(reference -> reference.text("name")))
                    .containsOnly("tidegate-database");
            assertThat(container.each("envFrom"))
                    .extracting(source -> source.text("secretRef.name") + " " + source.flag("secretRef.optional"))
                    .containsExactly("tidegate-stores true");
        }

        @Test
        void has_variables_that_arrive_in_the_configuration() throws IOException {
            Map<String, String> variables = Manifests.of(BASE).gatewayContainer().each("env").stream()
                    .map(variable -> variable.text("name"))
                    .filter(name -> name.startsWith("TIDEGATE_"))
                    .collect(Collectors.toMap(name -> name, name -> "of " + name));

            TidegateConfig config = HostingTest.config(new EnvConfigSource(variables, 300));

            assertThat(Stream.of(
                                    config.model(),
                                    config.database().url(),
                                    config.database().username(),
                                    config.database().password())
                            .flatMap(Optional::stream))
                    .containsExactlyInAnyOrderElementsOf(variables.values());
        }
    }

    @Nested
    class TheDevelopmentOverlay {
        @Test
        void brings_every_key_of_a_secret_that_it_needs() throws IOException {
            Manifests manifests = Manifests.of(DEV);
            assertThat(manifests.templates().stream().flatMap(template -> secretKeys(template.at("spec.containers.0"))))
                    .hasSize(5)
                    .allSatisfy(reference -> assertThat(manifests
                                    .named("Secret", reference.text("name"))
                                    .map("stringData"))
                            .containsKey(reference.text("key")));
        }

        @Test
        void has_the_users_of_the_demo() throws IOException {
            Map<String, String> settings =
                    Manifests.of(DEV).named("Secret", "tidegate-stores").map("stringData");

            TidegateConfig config = HostingTest.config(new EnvConfigSource(settings, 300));

            assertThat(config.users()).hasSize(5);
            UserBook users = UserBook.of(config.users());
            for (String name : List.of("ada", "bert", "dora", "arno", "otto")) {
                assertThat(users.roles(name, name.toCharArray()))
                        .isPresent()
                        .isEqualTo(UserBook.ofDemo().roles(name, name.toCharArray()));
            }
        }

        @Test
        void has_a_database_where_the_gateway_looks_for_it() throws IOException {
            Manifests manifests = Manifests.of(DEV);
            Node postgres = manifests.only("StatefulSet").at("spec");
            Node service = manifests.named("Service", postgres.text("serviceName"));
            assertThat(manifests.named("Secret", "tidegate-database").text("stringData.url"))
                    .isEqualTo("postgresql://%s:%d/%s"
                            .formatted(
                                    service.name(),
                                    service.number("spec.ports.0.port"),
                                    variables(postgres.at("template.spec.containers.0"))
                                            .get("POSTGRES_DB")));
            assertThat(service.map("spec.selector")).isEqualTo(postgres.map("selector.matchLabels"));
        }
    }

    @Nested
    class TheProductionOverlay {
        @Test
        void leaves_the_number_of_replicas_to_the_autoscaler() throws IOException {
            Manifests manifests = Manifests.of(PRODUCTION);
            Node scaler = manifests.only("HorizontalPodAutoscaler").at("spec");
            Node deployment = manifests.only("Deployment");
            assertThat(deployment.at("spec").has("replicas")).isFalse();
            assertThat(scaler.map("scaleTargetRef"))
                    .isEqualTo(Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", deployment.name()));
            assertThat(scaler.number("minReplicas"))
                    .isGreaterThan(manifests.only("PodDisruptionBudget").number("spec.maxUnavailable"))
                    .isLessThan(scaler.number("maxReplicas"));
            assertThat(scaler.each("metrics"))
                    .extracting(metric -> metric.text("type"))
                    .containsExactly("Resource", "External");
        }

        @Test
        void lets_in_to_its_ports_and_out_to_names_and_databases() throws IOException {
            Manifests manifests = Manifests.of(PRODUCTION);
            Node policy = manifests.only("NetworkPolicy").at("spec");
            assertThat(policy.each("policyTypes"))
                    .extracting(type -> type.json().getAsString())
                    .containsExactly("Ingress", "Egress");
            assertThat(ports(policy, "ingress"))
                    .isEqualTo(manifests.gatewayContainer().each("ports").stream()
                            .map(port -> "TCP " + port.number("containerPort"))
                            .toList());
            assertThat(policy.each("ingress"))
                    .allSatisfy(rule -> assertThat(rule.each("from")).isNotEmpty());
            assertThat(ports(policy, "egress")).containsExactly("UDP 53", "TCP 53", "TCP 5432");
        }

        @Test
        void spreads_over_nodes_and_zones() throws IOException {
            assertThat(Manifests.of(PRODUCTION).gateway().each("topologySpreadConstraints"))
                    .extracting(constraint -> constraint.text("topologyKey"))
                    .containsExactly("kubernetes.io/hostname", "topology.kubernetes.io/zone");
        }

        @Test
        void has_room_for_the_heap_and_what_is_besides() throws IOException {
            Node resources = Manifests.of(PRODUCTION).gatewayContainer().at("resources");
            long limit = bytes(resources.text("limits.memory"));
            assertThat(bytes(resources.text("requests.memory"))).isEqualTo(limit);
            assertThat(limit - limit * 60 / 100).isGreaterThan(200L * 1024 * 1024);
        }

        private static List<String> ports(Node policy, String way) {
            return policy.each(way).stream()
                    .flatMap(rule -> rule.each("ports").stream())
                    .map(port -> port.text("protocol") + " " + port.number("port"))
                    .toList();
        }

        private static long bytes(String quantity) {
            return Quantity.fromString(quantity).getNumber().longValueExact();
        }
    }

    /** The objects of a manifest in which the schema says which fields there are. */
    static List<JsonObject> fixed(JsonObject manifest) {
        List<JsonObject> all = new ArrayList<>();
        Kustomization.objects(manifest, all::add);
        Set<JsonObject> free = Collections.newSetFromMap(new IdentityHashMap<>());
        all.forEach(object -> object.entrySet().stream()
                .filter(entry -> entry.getValue().isJsonObject())
                .filter(entry -> FREE.contains(entry.getKey()) || isSelectorOfService(entry.getKey(), object))
                .forEach(entry -> free.add(entry.getValue().getAsJsonObject())));
        return all.stream().filter(object -> !free.contains(object)).toList();
    }

    /** It is a map; other selectors have fields. */
    private static boolean isSelectorOfService(String name, JsonObject of) {
        return name.equals("selector") && of.has("ports");
    }

    /** What the restricted Pod Security standard has against it. */
    private static List<String> violations(Node pod) {
        List<String> violations = new ArrayList<>();
        check(violations, "non-root", pod.flag("securityContext.runAsNonRoot"));
        check(violations, "user", pod.number("securityContext.runAsUser") > 0);
        check(
                violations,
                "seccomp",
                pod.text("securityContext.seccompProfile.type").equals("RuntimeDefault"));
        for (String no : List.of("hostNetwork", "hostPID", "hostIPC", "initContainers", "ephemeralContainers")) {
            check(violations, no, !pod.has(no));
        }
        for (Node volume : pod.each("volumes")) {
            check(violations, volume.text("name"), volume.has("configMap") || volume.has("emptyDir"));
        }
        for (Node container : pod.each("containers")) {
            Node own = container.at("securityContext");
            check(violations, "escalation", !own.flag("allowPrivilegeEscalation"));
            check(
                    violations,
                    "capabilities",
                    own.at("capabilities").json().toString().equals("{\"drop\":[\"ALL\"]}"));
            for (String no : List.of("privileged", "runAsUser", "runAsNonRoot", "seccompProfile", "procMount")) {
                check(violations, no, !own.has(no));
            }
            check(violations, "host ports", container.each("ports").stream().noneMatch(port -> port.has("hostPort")));
        }
        return violations;
    }

    private static void check(List<String> violations, String what, boolean holds) {
        if (!holds) {
            violations.add(what);
        }
    }

    private static Stream<Node> secretKeys(Node container) {
        return container.each("env").stream()
                .filter(variable -> variable.has("valueFrom"))
                .map(variable -> variable.at("valueFrom.secretKeyRef"));
    }

    private static Map<String, String> variables(Node container) {
        return container.each("env").stream()
                .filter(variable -> variable.has("value"))
                .collect(Collectors.toMap(variable -> variable.text("name"), variable -> variable.text("value")));
    }

    private static Duration seconds(String duration) {
        return Duration.parse("PT" + duration);
    }
}
