package dev.tidegate.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An entity as one section of the file declares it, before it inherits anything. */
record EntityDraft(
        EntityName name,
        Section section,
        Optional<Placed<String>> generalization,
        Optional<Placed<StoreName>> store,
        Optional<Placed<TableName>> table,
        Identity identity,
        Optional<String> version,
        Optional<String> discriminator,
        List<Placed<Attribute>> attributes,
        Map<String, Position> attributePlaces) {

    EntityDraft {
        attributes = List.copyOf(attributes);
        attributePlaces = Map.copyOf(attributePlaces);
    }

    static EntityDraft read(EntityName name, Section section) {
        Issues issues = section.issues();
        section.allow("extends", "store", "table", "id", "version", "discriminator", "attributes");
        Optional<Placed<StoreName>> store = section.text("store")
                .flatMap(given -> Names.label("a store", given, issues)
                        .map(label -> new Placed<>(new StoreName(label), given.at())));
        if (!section.has("extends")) {
            section.require("store", "Add 'store:' with the name of a data store of the configuration.");
        }
        Optional<Placed<TableName>> table = section.text("table")
                .flatMap(given -> Names.table(given, issues).map(read -> new Placed<>(read, given.at())));
        List<Placed<Attribute>> attributes = new ArrayList<>();
        Map<String, Position> places = new LinkedHashMap<>();
        section.section("attributes", "'attributes' of " + section.what())
                .map(Section::entries)
                .orElse(List.of())
                .forEach(entry -> AttributeSection.read(name.toString(), entry, issues)
                        .ifPresent(attribute -> {
                            attributes.add(attribute);
                            places.put(entry.key(), entry.at());
                        }));
        return new EntityDraft(
                name,
                section,
                section.text("extends"),
                store,
                table,
                identity(section),
                section.text("version").flatMap(column -> Names.database(column, issues)),
                section.text("discriminator").flatMap(column -> Names.database(column, issues)),
                attributes,
                places);
    }

    Position at() {
        return section.at();
    }

    private static Identity identity(Section section) {
        Optional<Section> id = section.section("id", "'id' of " + section.what());
        if (id.isEmpty()) {
            return new Identity("id", IdType.UUID, Optional.empty());
        }
        Section given = id.get().allow("column", "type", "sequence");
        Optional<IdType> type = given.choice("type", IdType.values(), IdType::key, "unknown-type")
                .map(Placed::value);
        if (type.orElse(IdType.UUID) != IdType.LONG && (type.isPresent() || !given.has("type"))) {
            given.forbid("is only for ids of type 'long'", "sequence");
        }
        return new Identity(
                given.text("column")
                        .flatMap(column -> Names.database(column, section.issues()))
                        .orElse("id"),
                type.orElse(IdType.UUID),
                given.text("sequence")
                        .filter(sequence ->
                                Names.table(sequence, section.issues()).isPresent())
                        .map(Placed::value));
    }
}
