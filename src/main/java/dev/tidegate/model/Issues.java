package dev.tidegate.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a file while reading goes on. */
final class Issues {
    private final List<ModelIssue> found = new ArrayList<>();

    void error(Position at, String code, String detail, String advice) {
        found.add(new ModelIssue(ModelIssue.Severity.ERROR, code, at, detail, advice));
    }

    void warning(Position at, String code, String detail, String advice) {
        found.add(new ModelIssue(ModelIssue.Severity.WARNING, code, at, detail, advice));
    }

    boolean haveErrors() {
        return found.stream().anyMatch(issue -> issue.severity() == ModelIssue.Severity.ERROR);
    }

    /** All of them in the order of the file. */
    List<ModelIssue> inOrder() {
        return found.stream().sorted(Comparator.comparing(ModelIssue::at)).toList();
    }
}
