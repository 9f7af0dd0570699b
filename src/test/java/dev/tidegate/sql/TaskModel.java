package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.Attribute;
import dev.tidegate.model.AttributeType;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.Direction;
import dev.tidegate.model.Entity;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.Identity;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.TableName;
import dev.tidegate.model.UserEntity;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A small model with a hierarchy and every way of storing an association, and the words to speak of it. */
final class TaskModel {
    static final EntityName TASK = EntityName.parse("F.Task");
    static final EntityName ORDER = EntityName.parse("F.Order");
    static final EntityName SITE = EntityName.parse("F.Site");
    static final EntityName USER = EntityName.parse("F.User");

    static final Model MODEL = model();

    private TaskModel() {}

    private static Model model() {
        Map<EntityName, Entity> entities = new LinkedHashMap<>();
        entity(
                entities,
                TASK,
                Optional.empty(),
                "task",
                IdType.UUID,
                Optional.of("kind"),
                List.of(
                        attribute("Title", AttributeType.STRING),
                        attribute("Rank", AttributeType.INTEGER),
                        attribute("Done", AttributeType.BOOLEAN),
                        attribute("DueDate", AttributeType.DATETIME)));
        entity(
                entities,
                ORDER,
                Optional.of(TASK),
                "order",
                IdType.UUID,
                Optional.of("kind"),
                List.of(attribute("Number", AttributeType.AUTONUMBER)));
        entity(
                entities,
                SITE,
                Optional.empty(),
                "odd\"site",
                IdType.STRING,
                Optional.empty(),
                List.of(attribute("Name", AttributeType.STRING)));
        entity(
                entities,
                USER,
                Optional.empty(),
                "app.users",
                IdType.LONG,
                Optional.empty(),
                List.of(attribute("Login", AttributeType.STRING)));
        Map<AssociationName, Association> associations = new LinkedHashMap<>();
        association(
                associations,
                "F.Order_Site",
                ORDER,
                SITE,
                Association.Kind.REFERENCE,
                true,
                new Association.InColumn("site_id"));
        association(
                associations,
                "F.Task_User",
                TASK,
                USER,
                Association.Kind.REFERENCE_SET,
                true,
                new Association.InJoinTable(TableName.parse("task_user"), "task_id", "user_id"));
        association(
                associations,
                "F.Task_Task",
                TASK,
                TASK,
                Association.Kind.REFERENCE,
                false,
                new Association.InColumn("parent_id"));
        return new Model(
                "1", true, Optional.of(new UserEntity(USER, "Login")), entities, associations, List.of(), Map.of());
    }

    private static void entity(
            Map<EntityName, Entity> entities,
            EntityName name,
            Optional<EntityName> generalization,
            String table,
            IdType idType,
            Optional<String> discriminator,
            List<Attribute> attributes) {
        Map<String, Attribute> byName = new LinkedHashMap<>();
        attributes.forEach(attribute -> byName.put(attribute.name(), attribute));
        Entity entity = new Entity(
                name,
                generalization,
                new StoreName("field"),
                TableName.parse(table),
                new Identity("id", idType, Optional.empty()),
                Optional.empty(),
                discriminator,
                byName);
        entities.put(name, entity);
    }

    private static Attribute attribute(String name, AttributeType type) {
        String column = name.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(java.util.Locale.ROOT);
        return new Attribute(name, type, column, OptionalInt.empty(), false, List.of(), Optional.empty());
    }

    private static void association(
            Map<AssociationName, Association> associations,
            String name,
            EntityName from,
            EntityName to,
            Association.Kind kind,
            boolean bothOwn,
            Association.Storage storage) {
        AssociationName parsed = AssociationName.parse(name);
        associations.put(parsed, new Association(parsed, from, to, kind, bothOwn, storage, Association.OnDelete.KEEP));
    }

    static Member.OfAttribute member(EntityName entity, String name) {
        return new Member.OfAttribute(entity, declared(entity, name), 0);
    }

    static Member.Id id(EntityName entity) {
        return new Member.Id(entity, MODEL.entity(entity).identity().type(), 0);
    }

    static DeclaredAttribute declared(EntityName entity, String name) {
        return MODEL.attribute(entity, name).orElseThrow();
    }

    static Hop hop(EntityName from, String association, Direction direction, EntityName to) {
        return new Hop(association(association), direction, from, to, 0);
    }

    static OwnedEnd end(String association, Direction direction) {
        return new OwnedEnd(association(association), direction);
    }

    private static Association association(String name) {
        return MODEL.findAssociation(AssociationName.parse(name)).orElseThrow();
    }
}
