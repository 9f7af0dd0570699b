package dev.tidegate.oracle;

import dev.tidegate.model.Association;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.Attribute;
import dev.tidegate.model.AttributeType;
import dev.tidegate.model.Entity;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.Identity;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileKind;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.TableName;
import dev.tidegate.model.UserEntity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the structure of models: hierarchies up to three levels, all types of attributes and ids, every way to keep an
 * association, names in the database that need their quotes. Without access rules; those are made when there is data.
 */
final class ModelMaker {
    static final StoreName STORE = new StoreName("oracle");
    static final ProfileName PROFILE = new ProfileName("Web");
    static final List<String> CALLERS = List.of("ada", "O'Neil", "Zoë \uD83D\uDE00", "nobody");
    static final List<RoleName> ROLES =
            List.of(new RoleName("Everything"), new RoleName("One"), new RoleName("Two"), new RoleName("Three"));
    static final List<String> ENUM_VALUES = List.of("Open", "Closed", "In progress", "it's", "Öl", "%");

    private static final List<String> ATTRIBUTE_NAMES = List.of(
            "Name",
            "length",
            "year",
            "contains",
            "Or",
            "AND",
            "select",
            "Value",
            "x",
            "Empty",
            "null",
            "State",
            "reversed",
            "month",
            "TRUE",
            "Count",
            "from",
            "Price",
            "day_of_year",
            "_",
            "A1",
            "Not");
    private static final List<String> DATABASE_NAMES = List.of(
            "select",
            "User",
            "a b",
            "it's",
            "quo\"te",
            "ÄÖ",
            "x;--",
            "$1",
            "%s",
            "back\\slash",
            "tab?le",
            "order",
            "UPPER",
            "group",
            "/*",
            ":name",
            "naïve",
            "plain",
            "t0",
            "id.id",
            "null",
            "{}");

    private final Dice dice;
    private final String schema;
    private final Map<EntityName, Entity> entities = new LinkedHashMap<>();
    private final Map<AssociationName, Association> associations = new LinkedHashMap<>();
    private final Map<EntityName, Set<String>> columns = new HashMap<>();
    private int tables;

    private ModelMaker(Dice dice, String schema) {
        this.dice = dice;
        this.schema = schema;
    }

    static Model model(Dice dice, String schema) {
        return new ModelMaker(dice, schema).make();
    }

    private Model make() {
        EntityName user = new EntityName("M", "User");
        root(user, Map.of("Login", attribute(user, "Login", AttributeType.STRING)));
        int roots = dice.between(2, 4);
        for (int i = 0; i < roots; i++) {
            EntityName root = new EntityName("M", "E" + i);
            root(root, Map.of());
            if (dice.percent(65)) {
                specializations(root, dice.between(1, 2), 2);
            }
        }
        if (dice.percent(30)) {
            specializations(user, 1, 3);
        }
        int many = dice.between(5, 9);
        for (int i = 0; i < many; i++) {
            association("A" + i);
        }
        Profile web = new Profile(PROFILE, ProfileKind.WEB, Optional.of(Set.copyOf(ROLES)), Map.of());
        return new Model(
                "1",
                true,
                Optional.of(new UserEntity(user, "Login")),
                entities,
                associations,
                List.of(),
                Map.of(PROFILE, web));
    }

    private void root(EntityName name, Map<String, Attribute> given) {
        IdType type = dice.any(IdType.values());
        Identity identity = new Identity(column(name, dice.percent(50) ? "id" : null), type, Optional.empty());
        Optional<String> version = dice.percent(40) ? Optional.of(column(name, null)) : Optional.empty();
        Optional<String> discriminator = Optional.of(column(name, null));
        put(name, Optional.empty(), identity, version, discriminator, given);
    }

    private void specializations(EntityName parent, int many, int level) {
        for (int i = 0; i < many; i++) {
            EntityName name = new EntityName("M", parent.name() + (char) ('a' + i));
            Entity of = entity(parent);
            columns.computeIfAbsent(name, _ -> new HashSet<>())
                    .add(of.identity().column());
            put(name, Optional.of(parent), of.identity(), of.version(), of.discriminator(), Map.of());
            if (level < 3 && dice.percent(50)) {
                specializations(name, 1, level + 1);
            }
        }
    }

    private void put(
            EntityName name,
            Optional<EntityName> parent,
            Identity identity,
            Optional<String> version,
            Optional<String> discriminator,
            Map<String, Attribute> given) {
        Set<String> inherited = new HashSet<>();
        for (Optional<EntityName> at = parent;
                at.isPresent();
                at = entity(at.get()).generalization()) {
            inherited.addAll(entity(at.get()).attributes().keySet());
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>(given);
        for (String attribute : dice.some(ATTRIBUTE_NAMES, dice.between(4, 8))) {
            if (!inherited.contains(attribute) && !attributes.containsKey(attribute)) {
                attributes.put(attribute, attribute(name, attribute, anyType()));
            }
        }
        TableName table = new TableName(Optional.of(schema), dice.any(DATABASE_NAMES) + tables++);
        entities.put(name, new Entity(name, parent, STORE, table, identity, version, discriminator, attributes));
    }

    private AttributeType anyType() {
        return switch (dice.weighted(6, 3, 2, 3, 3, 5, 2, 1, 1, 1)) {
            case 0 -> AttributeType.STRING;
            case 1 -> AttributeType.INTEGER;
            case 2 -> AttributeType.LONG;
            case 3 -> AttributeType.DECIMAL;
            case 4 -> AttributeType.BOOLEAN;
            case 5 -> AttributeType.DATETIME;
            case 6 -> AttributeType.ENUM;
            case 7 -> AttributeType.BINARY;
            case 8 -> AttributeType.AUTONUMBER;
            default -> AttributeType.HASHED_STRING;
        };
    }

    private Attribute attribute(EntityName of, String name, AttributeType type) {
        List<String> values = type == AttributeType.ENUM ? ENUM_VALUES : List.of();
        return new Attribute(name, type, column(of, null), OptionalInt.empty(), false, values, Optional.empty());
    }

    private void association(String text) {
        List<EntityName> all = new ArrayList<>(entities.keySet());
        EntityName from = dice.any(all);
        EntityName to = dice.percent(15) ? from : dice.percent(15) ? new EntityName("M", "User") : dice.any(all);
        boolean set = dice.percent(40);
        Association.Kind kind = set ? Association.Kind.REFERENCE_SET : Association.Kind.REFERENCE;
        AssociationName name = new AssociationName("M", text);
        Association.Storage storage = set || dice.percent(20)
                ? new Association.InJoinTable(
                        new TableName(Optional.of(schema), dice.any(DATABASE_NAMES) + tables++),
                        dice.any(DATABASE_NAMES),
                        dice.any(DATABASE_NAMES) + "_to")
                : new Association.InColumn(column(from, null));
        associations.put(
                name, new Association(name, from, to, kind, dice.percent(30), storage, Association.OnDelete.KEEP));
    }

    /** A name that nothing else in the entity's table has. */
    private String column(EntityName of, @Nullable String wish) {
        Set<String> taken = columns.computeIfAbsent(of, _ -> new HashSet<>());
        String name = wish == null ? dice.any(DATABASE_NAMES) : wish;
        while (!taken.add(name)) {
            name = dice.any(DATABASE_NAMES) + taken.size();
        }
        return name;
    }

    private Entity entity(EntityName name) {
        return Objects.requireNonNull(entities.get(name));
    }
}
