package dev.tidegate.model;

/** The type of an attribute as the model file spells it; {@link #valueType()} says what its values are. */
public enum AttributeType {
    STRING("string", ValueType.TEXT),
    INTEGER("integer", ValueType.INT32),
    LONG("long", ValueType.INT64),
    DECIMAL("decimal", ValueType.DECIMAL),
    BOOLEAN("boolean", ValueType.BOOLEAN),
    DATETIME("datetime", ValueType.DATETIME),
    ENUM("enum", ValueType.TEXT),
    BINARY("binary", ValueType.BINARY),
    AUTONUMBER("autonumber", ValueType.INT64),
    HASHED_STRING("hashed-string", ValueType.TEXT);

    private final String key;
    private final ValueType valueType;

    AttributeType(String key, ValueType valueType) {
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
