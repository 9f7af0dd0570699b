package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.smallrye.config.EnvConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The manifests against the schema of Kubernetes (an unknown field fails), and against the application they deploy. */
class ManifestsTest {
    private static final Path BASE = Path.of("deploy", "base");
    private static final Gson GSON = new Gson();

    static {
        new JSON();
    }

    @Test
    void every_manifest_has_only_fields_that_kubernetes_knows() throws IOException {
        V1ServiceAccount.validateJsonElement(json("service-account.yaml"));
        V1Deployment.validateJsonElement(json("deployment.yaml"));
        V1Service.validateJsonElement(json("service.yaml"));
        V1PodDisruptionBudget.validateJsonElement(json("pod-disruption-budget.yaml"));
    }

    @Test
    void the_kustomization_names_every_file_of_the_folder() throws IOException {
        String kustomization = Files.readString(BASE.resolve("kustomization.yaml"));
        try (Stream<Path> files = Files.list(BASE)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("kustomization.yaml")))
                    .allSatisfy(name -> assertThat(kustomization).contains("- " + name));
        }
    }

    @Test
    void the_model_is_the_built_in_demo() throws IOException {
        assertThat(Files.readString(BASE.resolve("model.yaml"))).isEqualTo(Demo.model());
    }

    @Test
    void probes_are_those_of_the_management_port() throws IOException {
        V1Container container = container();
        assertThat(probe(container.getStartupProbe())).isEqualTo("management /q/health/started");
        assertThat(probe(container.getReadinessProbe())).isEqualTo("management /q/health/ready");
        assertThat(probe(container.getLivenessProbe())).isEqualTo("management /q/health/live");
        assertThat(container.getPorts())
                .extracting(port -> port.getName() + " " + port.getContainerPort())
                .containsExactly("http 8080", "management 9000");
    }

    @Test
    void it_needs_one_secret_and_no_token_of_the_api() throws IOException {
        V1PodSpec pod = pod();
        Set<String> secrets = Objects.requireNonNull(container().getEnv()).stream()
                .filter(variable -> variable.getValueFrom() != null)
                .map(ManifestsTest::secretOf)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(secrets).containsExactly("tidegate-database");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(container().getEnv())
                .extracting(V1EnvVar::getName)
                .contains(
                        "TIDEGATE_DATABASE_URL",
                        "TIDEGATE_DATABASE_USERNAME",
                        "TIDEGATE_DATABASE_PASSWORD",
                        "TIDEGATE_MODEL");
    }

    @Test
    void every_variable_of_the_gateway_arrives_in_its_configuration() throws IOException {
        Map<String, String> variables = Objects.requireNonNull(container().getEnv()).stream()
                .map(V1EnvVar::getName)
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

    @Test
    void it_has_no_rights_it_does_not_need() throws IOException {
        var security = Objects.requireNonNull(container().getSecurityContext());
        assertThat(security.getReadOnlyRootFilesystem()).isTrue();
        assertThat(security.getAllowPrivilegeEscalation()).isFalse();
        assertThat(Objects.requireNonNull(security.getCapabilities()).getDrop()).containsExactly("ALL");
        assertThat(Objects.requireNonNull(pod().getSecurityContext()).getRunAsNonRoot())
                .isTrue();
    }

    private static String secretOf(V1EnvVar variable) {
        return Objects.requireNonNull(Objects.requireNonNull(
                        Objects.requireNonNull(variable.getValueFrom()).getSecretKeyRef())
                .getName());
    }

    private static String probe(@Nullable V1Probe probe) {
        var get = Objects.requireNonNull(Objects.requireNonNull(probe).getHttpGet());
        return get.getPort() + " " + get.getPath();
    }

    private static V1Container container() throws IOException {
        List<V1Container> containers = pod().getContainers();
        assertThat(containers).hasSize(1);
        return containers.getFirst();
    }

    private static V1PodSpec pod() throws IOException {
        V1Deployment deployment = JSON.getGson().fromJson(json("deployment.yaml"), V1Deployment.class);
        return Objects.requireNonNull(
                Objects.requireNonNull(deployment.getSpec()).getTemplate().getSpec());
    }

    private static JsonElement json(String file) throws IOException {
        return GSON.toJsonTree(
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(BASE.resolve(file))));
    }
}
