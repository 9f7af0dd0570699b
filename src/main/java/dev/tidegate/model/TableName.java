package dev.tidegate.model;

import java.util.Optional;

/** A table in a store, with its schema when the model names one. Quoted only where SQL is written. */
public record TableName(Optional<String> schema, String name) {

    /** Reads {@code table} or {@code schema.table}. */
    public static TableName parse(String text) {
        int dot = text.indexOf('.');
        return dot < 0
                ? new TableName(Optional.empty(), text)
                : new TableName(Optional.of(text.substring(0, dot)), text.substring(dot + 1));
    }

    @Override
    public String toString() {
        return schema.map(s -> s + ".").orElse("") + name;
    }
}
