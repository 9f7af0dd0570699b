package dev.tidegate.model;

/** The name of a user role: {@code Engineer}. */
public record RoleName(String value) implements Comparable<RoleName> {

    @Override
    public int compareTo(RoleName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
