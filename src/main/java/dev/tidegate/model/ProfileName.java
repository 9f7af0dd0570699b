package dev.tidegate.model;

/** The name of a navigation profile: {@code NativeMobile}. */
public record ProfileName(String value) implements Comparable<ProfileName> {

    @Override
    public int compareTo(ProfileName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
