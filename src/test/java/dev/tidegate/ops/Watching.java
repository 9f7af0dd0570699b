package dev.tidegate.ops;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code deploy/observability} has: rules, alerts and the panels of the dashboard. */
final class Watching {
    static final Path FOLDER = Path.of("deploy", "observability");

    private Watching() {}

    static JsonObject dashboard() throws IOException {
        return JsonParser.parseString(Files.readString(FOLDER.resolve("tidegate.json")))
                .getAsJsonObject();
    }

    /** Rules in their order, recording ones too. */
    static List<JsonObject> rules() throws IOException {
        List<JsonObject> rules = new ArrayList<>();
        for (JsonElement group : Kustomization.yaml(FOLDER.resolve("prometheus-rule.yaml"))
                .getAsJsonObject("spec")
                .getAsJsonArray("groups")) {
            group.getAsJsonObject().getAsJsonArray("rules").forEach(rule -> rules.add(rule.getAsJsonObject()));
        }
        return rules;
    }

    static List<JsonObject> alerts() throws IOException {
        return rules().stream().filter(rule -> rule.has("alert")).toList();
    }

    /** Every expression that is used anywhere, by where it stands. */
    static Map<String, String> expressions() throws IOException {
        Map<String, String> expressions = new TreeMap<>();
        for (JsonObject rule : rules()) {
            expressions.put(
                    rule.has("alert")
                            ? rule.get("alert").getAsString()
                            : rule.get("record").getAsString(),
                    rule.get("expr").getAsString());
        }
        for (JsonElement element : dashboard().getAsJsonArray("panels")) {
            JsonObject panel = element.getAsJsonObject();
            if (panel.has("targets")) {
                panel.getAsJsonArray("targets")
                        .forEach(target -> expressions.put(
                                panel.get("title").getAsString() + " "
                                        + target.getAsJsonObject().get("refId").getAsString(),
                                target.getAsJsonObject().get("expr").getAsString()));
            }
        }
        return expressions;
    }
}
