package dev.tidegate.model;

/**
 * A relation that {@code from} owns. Where {@code bothOwn}, the objects of {@code to} list and write it as well.
 * {@code onDelete} says what deleting an object of {@code to} does to the objects of {@code from}.
 */
public record Association(
        AssociationName name,
        EntityName from,
        EntityName to,
        Kind kind,
        boolean bothOwn,
        Storage storage,
        OnDelete onDelete) {

    public enum Kind {
        REFERENCE("reference"),
        REFERENCE_SET("reference-set");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        public String key() {
            return key;
        }
    }

    public enum OnDelete {
        KEEP("keep"),
        CASCADE("cascade"),
        PREVENT("prevent");

        private final String key;

        OnDelete(String key) {
            this.key = key;
        }

        public String key() {
            return key;
        }
    }

    /** Where the pairs are kept. */
    public sealed interface Storage {}

    /** A column with the id of {@code to}, in the table of the entity that is declared as {@code from}. */
    public record InColumn(String column) implements Storage {}

    /** A table of pairs. */
    public record InJoinTable(TableName table, String fromColumn, String toColumn) implements Storage {}

    /** Whether both ends are the same entity, so that only {@code [reversed()]} tells the direction. */
    public boolean isSelf() {
        return from.equals(to);
    }
}
