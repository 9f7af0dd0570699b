package dev.tidegate.model;

/** Online, offline (any other mode), or not listed in the profile at all. */
public enum ModeClass {
    ONLINE,
    OFFLINE,
    ABSENT
}
