package dev.tidegate.model;

/** The qualified name of an association: {@code FieldService.WorkOrder_Customer}. */
public record AssociationName(String module, String name) implements Comparable<AssociationName> {

    /** Reads {@code Module.Name}; throws {@link IllegalArgumentException} for any other form. */
    public static AssociationName parse(String text) {
        String[] parts = QualifiedNames.split(text);
        return new AssociationName(parts[0], parts[1]);
    }

    @Override
    public int compareTo(AssociationName other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return module + "." + name;
    }
}
