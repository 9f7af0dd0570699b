package dev.tidegate.model;

/** The type of an entity's ids. */
public enum IdType {
    UUID("uuid", ValueType.UUID),
    LONG("long", ValueType.INT64),
    STRING("string", ValueType.TEXT);

    private final String key;
    private final ValueType valueType;

    IdType(String key, ValueType valueType) {
        this.key = key;
        this.valueType = valueType;
    }

    /** As it is spelt in the model file and the manifest. */
    public String key() {
        return key;
    }

    public ValueType valueType() {
        return valueType;
    }
}
