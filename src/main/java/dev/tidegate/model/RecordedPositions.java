package dev.tidegate.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Places noted while reading. What was not noted stands at the beginning of the file. */
final class RecordedPositions implements Positions {
    private static final Position START = new Position(1, 1);

    private record Sync(ProfileName profile, EntityName entity) {}

    private final Map<EntityName, Position> entities = new HashMap<>();
    private final Map<AssociationName, Position> associations = new HashMap<>();
    private final List<Position> rules = new ArrayList<>();
    private final Map<Sync, Position> syncs = new HashMap<>();

    void entity(EntityName name, Position at) {
        entities.put(name, at);
    }

    void association(AssociationName name, Position at) {
        associations.put(name, at);
    }

    /** The place of the next rule, in the order of {@link Model#accessRules()}. */
    void nextRule(Position at) {
        rules.add(at);
    }

    void sync(ProfileName profile, EntityName entity, Position at) {
        syncs.put(new Sync(profile, entity), at);
    }

    @Override
    public Position ofEntity(EntityName entity) {
        return entities.getOrDefault(entity, START);
    }

    @Override
    public Position ofAssociation(AssociationName association) {
        return associations.getOrDefault(association, START);
    }

    @Override
    public Position ofAccessRule(int index) {
        return index >= 0 && index < rules.size() ? rules.get(index) : START;
    }

    @Override
    public Position ofSync(ProfileName profile, EntityName entity) {
        return syncs.getOrDefault(new Sync(profile, entity), START);
    }
}
