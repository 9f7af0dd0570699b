package dev.tidegate.ops.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.tidegate.edition.ModelLoading;
import dev.tidegate.model.ModelIssue;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What commands report, for programs to read. */
final class JsonReport {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private JsonReport() {}

    static String of(ModelLoading loading) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("file", loading.source());
        report.put("valid", loading.rulebook().isPresent());
        loading.rulebook()
                .ifPresent(rules -> report.put("modelVersion", rules.model().version()));
        report.put("issues", loading.issues().stream().map(JsonReport::issue).toList());
        return print(report);
    }

    static String print(Object report) {
        try {
            return JSON.writeValueAsString(report);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Map<String, Object> issue(ModelIssue issue) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("severity", issue.severity().name().toLowerCase(Locale.ROOT));
        json.put("code", issue.code());
        json.put("line", issue.at().line());
        json.put("column", issue.at().column());
        json.put("detail", issue.detail());
        json.put("advice", issue.advice());
        return json;
    }
}
