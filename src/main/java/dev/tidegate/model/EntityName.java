package dev.tidegate.model;

/** The qualified name of an entity: {@code FieldService.WorkOrder}. */
public record EntityName(String module, String name) implements Comparable<EntityName> {

    /** Reads {@code Module.Name}; throws {@link IllegalArgumentException} for any other form. */
    public static EntityName parse(String text) {
        String[] parts = QualifiedNames.split(text);
        return new EntityName(parts[0], parts[1]);
    }

    @Override
    public int compareTo(EntityName other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return module + "." + name;
    }
}
