package dev.tidegate.ops;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What a folder of {@code deploy/} renders to. */
record Manifests(List<JsonObject> all) {
    private static final Map<String, Schema> SCHEMAS = Map.of(
            "v1 ConfigMap", new Schema(V1ConfigMap.class, V1ConfigMap::validateJsonElement),
            "v1 Namespace", new Schema(V1Namespace.class, V1Namespace::validateJsonElement),
            "v1 Secret", new Schema(V1Secret.class, V1Secret::validateJsonElement),
            "v1 Service", new Schema(V1Service.class, V1Service::validateJsonElement),
            "v1 ServiceAccount", new Schema(V1ServiceAccount.class, V1ServiceAccount::validateJsonElement),
            "apps/v1 Deployment", new Schema(V1Deployment.class, V1Deployment::validateJsonElement),
            "apps/v1 StatefulSet", new Schema(V1StatefulSet.class, V1StatefulSet::validateJsonElement),
            "autoscaling/v2 HorizontalPodAutoscaler",
                    new Schema(V2HorizontalPodAutoscaler.class, V2HorizontalPodAutoscaler::validateJsonElement),
            "networking.k8s.io/v1 NetworkPolicy",
                    new Schema(V1NetworkPolicy.class, V1NetworkPolicy::validateJsonElement),
            "policy/v1 PodDisruptionBudget",
                    new Schema(V1PodDisruptionBudget.class, V1PodDisruptionBudget::validateJsonElement));

    static {
        new JSON();
    }

    private record Schema(Class<?> type, Fields fields) {}

    private interface Fields {
        void validate(JsonElement manifest) throws IOException;
    }

    static Manifests of(String folder) throws IOException {
        return new Manifests(Kustomization.render(Path.of("deploy", folder.split("/"))));
    }

    /**
     * Fails where the schema of Kubernetes does not know a field, wants one that is not there, or wants another type: what is read
     * and written again has to be as it was.
     */
    static void requireValid(JsonObject manifest) throws IOException {
        String name = manifest.get("apiVersion").getAsString() + " " + Kustomization.kind(manifest);
        Schema schema = Objects.requireNonNull(SCHEMAS.get(name), name);
        schema.fields().validate(manifest);
        JsonElement again = JSON.getGson().toJsonTree(JSON.getGson().fromJson(manifest, schema.type()));
        if (!filled(again).equals(filled(manifest))) {
            throw new IllegalArgumentException("it would be read as " + again + ", but is " + manifest);
        }
    }

    /** Without empty lists and maps, which the models have where nothing is. */
    private static JsonElement filled(JsonElement json) {
        if (json.isJsonArray()) {
            JsonArray array = new JsonArray();
            json.getAsJsonArray().forEach(element -> array.add(filled(element)));
            return array;
        }
        if (!json.isJsonObject()) {
            return json;
        }
        JsonObject object = new JsonObject();
        json.getAsJsonObject().entrySet().forEach(entry -> {
            JsonElement value = filled(entry.getValue());
            if (!isEmpty(value)) {
                object.add(entry.getKey(), value);
            }
        });
        return object;
    }

    private static boolean isEmpty(JsonElement json) {
        return (json instanceof JsonArray array && array.isEmpty())
                || (json instanceof JsonObject object && object.isEmpty());
    }

    Stream<Node> every(String kind) {
        return all.stream()
                .filter(manifest -> Kustomization.kind(manifest).equals(kind))
                .map(Node::new);
    }

    Node only(String kind) {
        List<Node> found = every(kind).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(found.size() + " of " + kind);
        }
        return found.getFirst();
    }

    Node named(String kind, String name) {
        return every(kind)
                .filter(manifest -> manifest.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + kind + " " + name));
    }

    /** The templates of pods. */
    List<Node> templates() {
        return Stream.concat(every("Deployment"), every("StatefulSet"))
                .map(workload -> workload.at("spec.template"))
                .toList();
    }

    /** The pod of the gateway. */
    Node gateway() {
        return only("Deployment").at("spec.template.spec");
    }

    /** Its only container. */
    Node gatewayContainer() {
        List<Node> containers = gateway().each("containers");
        if (containers.size() != 1) {
            throw new IllegalArgumentException(containers.size() + " containers");
        }
        return containers.getFirst();
    }
}
