package dev.tidegate.ops;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A folder of {@code deploy/} rendered as {@code kubectl kustomize} renders it, so that the tests need no kubectl. It knows what
 * these folders use and refuses everything else: resources, config maps from files, labels (not of selectors), images, and
 * patches by JSON Patch (RFC 6902: add, replace, remove).
 */
final class Kustomization {
    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
    private static final Set<String> KNOWN =
            Set.of("apiVersion", "kind", "resources", "configMapGenerator", "labels", "images", "patches");
    private static final Set<String> REFERENCES = Set.of("configMap", "configMapRef", "configMapKeyRef");
    private static final int HASH = 10;

    private final Path folder;
    private final List<JsonObject> manifests = new ArrayList<>();
    private final List<JsonObject> hashed = new ArrayList<>();

    private Kustomization(Path folder) throws IOException {
        this.folder = folder;
        JsonObject file = yaml(folder.resolve("kustomization.yaml"));
        requireKeys(file, KNOWN);
        for (JsonElement resource : list(file, "resources")) {
            add(folder.resolve(resource.getAsString()));
        }
        for (JsonElement generator : list(file, "configMapGenerator")) {
            generate(generator.getAsJsonObject());
        }
        for (JsonElement patch : list(file, "patches")) {
            patch(patch.getAsJsonObject());
        }
        list(file, "labels").forEach(labels -> label(labels.getAsJsonObject()));
        list(file, "images").forEach(image -> replaceImage(image.getAsJsonObject()));
    }

    /** The manifests, config maps with the suffix of their content, where they are referred to as well. */
    static List<JsonObject> render(Path folder) throws IOException {
        Kustomization rendered = new Kustomization(folder);
        Map<String, String> names = new TreeMap<>();
        for (JsonObject map : rendered.hashed) {
            String name = name(map);
            names.put(name, name + "-" + hash(map));
            map.getAsJsonObject("metadata").addProperty("name", names.get(name));
        }
        rendered.manifests.forEach(manifest -> rename(manifest, names));
        return rendered.manifests;
    }

    static JsonObject yaml(Path file) throws IOException {
        return GSON.toJsonTree(load().loadFromString(Files.readString(file))).getAsJsonObject();
    }

    static List<JsonObject> documents(String text) {
        List<JsonObject> documents = new ArrayList<>();
        load().loadAllFromString(text)
                .forEach(document -> documents.add(GSON.toJsonTree(document).getAsJsonObject()));
        return documents;
    }

    static String name(JsonObject manifest) {
        return manifest.getAsJsonObject("metadata").get("name").getAsString();
    }

    static String kind(JsonObject manifest) {
        return manifest.get("kind").getAsString();
    }

    private static Load load() {
        return new Load(LoadSettings.builder().build());
    }

    private void add(Path resource) throws IOException {
        if (Files.isDirectory(resource)) {
            Kustomization below = new Kustomization(resource);
            manifests.addAll(below.manifests);
            hashed.addAll(below.hashed);
        } else {
            manifests.add(yaml(resource));
        }
    }

    private void generate(JsonObject generator) throws IOException {
        requireKeys(generator, Set.of("name", "files", "options"));
        JsonObject data = new JsonObject();
        for (JsonElement file : list(generator, "files")) {
            Path path = folder.resolve(file.getAsString());
            data.addProperty(path.getFileName().toString(), Files.readString(path));
        }
        JsonObject metadata = new JsonObject();
        metadata.add("name", generator.get("name"));
        JsonObject map = new JsonObject();
        map.addProperty("apiVersion", "v1");
        map.addProperty("kind", "ConfigMap");
        map.add("metadata", metadata);
        map.add("data", data);
        JsonObject options = object(generator, "options");
        requireKeys(options, Set.of("disableNameSuffixHash", "labels", "annotations"));
        for (String more : List.of("labels", "annotations")) {
            if (options.has(more)) {
                metadata.add(more, options.get(more).deepCopy());
            }
        }
        manifests.add(map);
        if (!options.has("disableNameSuffixHash")) {
            hashed.add(map);
        }
    }

    private void patch(JsonObject patch) throws IOException {
        requireKeys(patch, Set.of("path", "patch", "target"));
        JsonObject target = object(patch, "target");
        requireKeys(target, Set.of("kind", "name"));
        String operations = patch.has("path")
                ? Files.readString(folder.resolve(patch.get("path").getAsString()))
                : patch.get("patch").getAsString();
        List<JsonObject> targets = manifests.stream()
                .filter(manifest -> kind(manifest).equals(target.get("kind").getAsString()))
                .filter(manifest -> name(manifest).equals(target.get("name").getAsString()))
                .toList();
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to patch: " + target);
        }
        JsonArray steps = GSON.toJsonTree(load().loadFromString(operations)).getAsJsonArray();
        targets.forEach(manifest -> steps.forEach(step -> apply(step.getAsJsonObject(), manifest)));
    }

    private static void apply(JsonObject step, JsonObject manifest) {
        String[] path = step.get("path").getAsString().split("/", -1);
        JsonElement at = manifest;
        for (int i = 1; i < path.length - 1; i++) {
            at = member(at, path[i]);
        }
        String last = path[path.length - 1];
        switch (step.get("op").getAsString()) {
            case "add" -> put(at, last, step.get("value"));
            case "replace" -> {
                member(at, last);
                put(at, last, step.get("value"));
            }
            case "remove" -> {
                member(at, last);
                at.getAsJsonObject().remove(last);
            }
            default -> throw new IllegalArgumentException("unknown here: " + step);
        }
    }

    private static JsonElement member(JsonElement of, String name) {
        JsonElement member = of.isJsonArray()
                ? of.getAsJsonArray().get(Integer.parseInt(name))
                : of.getAsJsonObject().get(name);
        if (member == null) {
            throw new IllegalArgumentException("there is no " + name + " to patch");
        }
        return member;
    }

    private static void put(JsonElement into, String name, JsonElement value) {
        if (into.isJsonObject()) {
            into.getAsJsonObject().add(name, value.deepCopy());
        } else if (name.equals("-")) {
            into.getAsJsonArray().add(value.deepCopy());
        } else {
            into.getAsJsonArray().set(Integer.parseInt(name), value.deepCopy());
        }
    }

    private void label(JsonObject labels) {
        requireKeys(labels, Set.of("pairs"));
        for (JsonObject manifest : manifests) {
            JsonObject metadata = manifest.getAsJsonObject("metadata");
            if (!metadata.has("labels")) {
                metadata.add("labels", new JsonObject());
            }
            labels.getAsJsonObject("pairs")
                    .entrySet()
                    .forEach(pair -> metadata.getAsJsonObject("labels").add(pair.getKey(), pair.getValue()));
        }
    }

    private void replaceImage(JsonObject image) {
        requireKeys(image, Set.of("name", "newName", "newTag"));
        String name = image.get("name").getAsString();
        String newName = image.has("newName") ? image.get("newName").getAsString() : name;
        manifests.forEach(manifest -> objects(manifest, object -> {
            if (object.get("image") instanceof JsonPrimitive named
                    && named.getAsString().split(":", 2)[0].equals(name)) {
                object.addProperty("image", newName + ":" + image.get("newTag").getAsString());
            }
        }));
    }

    private static void rename(JsonObject manifest, Map<String, String> names) {
        objects(
                manifest,
                object -> object.entrySet().stream()
                        .filter(entry -> REFERENCES.contains(entry.getKey()))
                        .filter(entry -> entry.getValue() instanceof JsonObject reference && reference.has("name"))
                        .map(entry -> entry.getValue().getAsJsonObject())
                        .forEach(reference -> reference.addProperty(
                                "name",
                                names.getOrDefault(
                                        reference.get("name").getAsString(),
                                        reference.get("name").getAsString()))));
    }

    /** Every object of a manifest, itself first. */
    static void objects(JsonElement in, Consumer<JsonObject> each) {
        if (in.isJsonObject()) {
            each.accept(in.getAsJsonObject());
            in.getAsJsonObject().asMap().values().forEach(below -> objects(below, each));
        } else if (in.isJsonArray()) {
            in.getAsJsonArray().forEach(below -> objects(below, each));
        }
    }

    /** As kustomize has it: of the JSON that Go writes, without the name, in letters and digits that make no words. */
    private static String hash(JsonObject map) {
        Map<String, JsonElement> sorted = new TreeMap<>();
        sorted.put(
                "data",
                GSON.toJsonTree(new TreeMap<>(map.getAsJsonObject("data").asMap())));
        sorted.put("kind", map.get("kind"));
        sorted.put("name", new JsonPrimitive(""));
        String json = GSON.toJson(sorted)
                .replace("&", "\\u0026")
                .replace("<", "\\u003c")
                .replace(">", "\\u003e");
        return HexFormat.of()
                .formatHex(sha256(json.getBytes(StandardCharsets.UTF_8)))
                .substring(0, HASH)
                .replace('0', 'g')
                .replace('1', 'h')
                .replace('3', 'k')
                .replace('a', 'm')
                .replace('e', 't');
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static JsonArray list(JsonObject of, String name) {
        return of.has(name) ? of.getAsJsonArray(name) : new JsonArray();
    }

    private static JsonObject object(JsonObject of, String name) {
        return of.has(name) ? of.getAsJsonObject(name) : new JsonObject();
    }

    private static void requireKeys(JsonObject object, Set<String> known) {
        if (!known.containsAll(object.keySet())) {
            throw new IllegalArgumentException("not known here: " + object.keySet() + ", but: " + known);
        }
    }
}
