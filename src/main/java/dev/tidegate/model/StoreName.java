package dev.tidegate.model;

/** The name of a data store of the configuration: {@code field}. */
public record StoreName(String value) implements Comparable<StoreName> {

    @Override
    public int compareTo(StoreName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
