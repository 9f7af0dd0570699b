package dev.tidegate.ops;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A place in a manifest. Paths are names and numbers between dots. */
record Node(JsonElement json) {

    /** What has to be there. */
    Node at(String path) {
        JsonElement at = json;
        for (String name : path.split("\\.", -1)) {
            JsonElement next = at.isJsonArray()
                    ? at.getAsJsonArray().get(Integer.parseInt(name))
                    : at.getAsJsonObject().get(name);
            if (next == null) {
                throw new IllegalArgumentException("there is no " + name + " of " + path + " in " + json);
            }
            at = next;
        }
        return new Node(at);
    }

    boolean has(String name) {
        return json.getAsJsonObject().has(name);
    }

    /** The elements of a list; none where there is no list. */
    List<Node> each(String name) {
        return has(name)
                ? json.getAsJsonObject().getAsJsonArray(name).asList().stream()
                        .map(Node::new)
                        .toList()
                : List.of();
    }

    String text(String path) {
        return at(path).json.getAsString();
    }

    int number(String path) {
        return at(path).json.getAsInt();
    }

    boolean flag(String path) {
        return at(path).json.getAsBoolean();
    }

    /** Texts by name. */
    Map<String, String> map(String path) {
        Map<String, String> map = new TreeMap<>();
        JsonObject object = at(path).json.getAsJsonObject();
        object.entrySet()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().getAsString()));
        return map;
    }

    String name() {
        return text("metadata.name");
    }
}
