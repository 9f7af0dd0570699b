package dev.tidegate.ops.command;

import dev.tidegate.policy.CheckVerdict;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.Violation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What checks found, for a person or as the JSON that {@code POST …/checks} answers. */
record ChecksReport(List<CheckVerdict> verdicts) {
    ChecksReport {
        verdicts = List.copyOf(verdicts);
    }

    boolean allowed() {
        return verdicts.stream().allMatch(CheckVerdict::allowed);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (CheckVerdict verdict : verdicts) {
            text.append(
                    "%s %s: %s%n".formatted(verdict.allowed() ? "allowed" : "DENIED ", site(verdict), verdict.name()));
            verdict.violations()
                    .forEach(violation -> text.append("    %s: %s%s%n"
                            .formatted(violation.code(), violation.detail(), place(violation.place()))));
            verdict.warnings()
                    .forEach(
                            warning -> text.append("    warning %s: %s%n".formatted(warning.code(), warning.detail())));
        }
        long denied = verdicts.stream().filter(verdict -> !verdict.allowed()).count();
        return text.append("%d of %d allowed".formatted(verdicts.size() - denied, verdicts.size()))
                .toString();
    }

    String json() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("allowed", allowed());
        report.put("results", verdicts.stream().map(ChecksReport::json).toList());
        return JsonReport.print(report);
    }

    private static Map<String, Object> json(CheckVerdict verdict) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", verdict.name());
        json.put("runsOn", site(verdict));
        json.put("allowed", verdict.allowed());
        json.put(
                "violations",
                verdict.violations().stream().map(ChecksReport::json).toList());
        json.put(
                "warnings",
                verdict.warnings().stream()
                        .map(warning -> Map.of("code", warning.code(), "detail", warning.detail()))
                        .toList());
        return json;
    }

    private static Map<String, Object> json(Violation violation) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("code", violation.code().code());
        json.put("detail", violation.detail());
        switch (violation.place()) {
            case Place.InParameter in -> {
                json.put("parameter", in.parameter());
                json.put("position", in.position());
            }
            case Place.AtPointer at -> json.put("pointer", at.pointer());
            case Place.Nowhere _ -> {}
        }
        return json;
    }

    private static String place(Place place) {
        return switch (place) {
            case Place.InParameter in -> " (" + in.parameter() + ", position " + in.position() + ")";
            case Place.AtPointer at -> " (" + at.pointer() + ")";
            case Place.Nowhere _ -> "";
        };
    }

    private static String site(CheckVerdict verdict) {
        return verdict.runsOn().name().toLowerCase(Locale.ROOT);
    }
}
