package dev.tidegate.model;

/** Something wrong (or, as a warning, doubtful) in a model file: what, where, and what to change. */
public record ModelIssue(Severity severity, String code, Position at, String detail, String advice) {

    public enum Severity {
        ERROR,
        WARNING
    }
}
