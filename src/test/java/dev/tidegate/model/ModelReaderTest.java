package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ModelReaderTest {
    private static final Model MODEL = ModelReader.read(Mistake.SOUND).model().orElseThrow();

    private static Entity entity(String name) {
        return MODEL.entity(EntityName.parse(name));
    }

    private static Association association(String name) {
        return MODEL.findAssociation(AssociationName.parse(name)).orElseThrow();
    }

    @Nested
    class Entities {
        @Test
        void have_defaults_for_table_id_and_columns() {
            assertThat(entity("Shop.Person").table()).isEqualTo(TableName.parse("person"));
            assertThat(entity("Shop.Person").identity()).isEqualTo(new Identity("id", IdType.UUID, Optional.empty()));
            assertThat(entity("Shop.Item").attributes().values())
                    .extracting(Attribute::column)
                    .containsExactly("name", "state", "serial", "secret", "seen");
        }

        @Test
        void inherit_what_is_the_roots() {
            assertThat(entity("Shop.Book"))
                    .isEqualTo(new Entity(
                            EntityName.parse("Shop.Book"),
                            Optional.of(EntityName.parse("Shop.Item")),
                            new StoreName("main"),
                            TableName.parse("book"),
                            new Identity("id", IdType.LONG, Optional.of("item_id_seq")),
                            Optional.of("row_version"),
                            Optional.of("kind"),
                            entity("Shop.Book").attributes()));
        }

        @Test
        void name_their_tables_and_columns_in_snake_case() {
            assertThat(Names.snakeCase("WorkOrder")).isEqualTo("work_order");
            assertThat(Names.snakeCase("HTTPLog")).isEqualTo("http_log");
            assertThat(Names.snakeCase("Line2Total")).isEqualTo("line2_total");
            assertThat(Names.snakeCase("WorkOrder_Customer")).isEqualTo("work_order_customer");
        }
    }

    @Nested
    class Defaults {
        @Test
        void are_values_of_their_type() {
            assertThat(defaultOf("{ type: integer, default: -7 }")).contains(-7);
            assertThat(defaultOf("{ type: long, default: 5000000000 }")).contains(5_000_000_000L);
            assertThat(defaultOf("{ type: decimal, default: 1.50 }")).contains(new BigDecimal("1.50"));
            assertThat(defaultOf("{ type: boolean, default: true }")).contains(true);
            assertThat(defaultOf("{ type: datetime, default: 2026-01-02T03:04:05Z }"))
                    .contains(Instant.parse("2026-01-02T03:04:05Z"));
            assertThat(defaultOf("{ type: string, default: '' }")).contains("");
        }

        @Test
        void of_booleans_are_false_unless_told() {
            assertThat(defaultOf("{ type: boolean }")).contains(false);
            assertThat(defaultOf("{ type: integer }")).isEmpty();
        }

        private static Optional<Object> defaultOf(String attribute) {
            Model model = ModelReader.read(Mistake.SOUND.replace("{ type: datetime }", attribute))
                    .model()
                    .orElseThrow();
            return model.attribute(EntityName.parse("Shop.Item"), "Seen")
                    .orElseThrow()
                    .attribute()
                    .defaultValue();
        }
    }

    @Nested
    class Associations {
        @Test
        void are_kept_where_the_file_says_or_where_one_would_look() {
            assertThat(association("Shop.Item_Owner").storage()).isEqualTo(new Association.InColumn("owner_id"));
            assertThat(association("Shop.Item_Remote").storage()).isEqualTo(new Association.InColumn("remote_id"));
            assertThat(association("Shop.Item_Tag").storage())
                    .isEqualTo(new Association.InJoinTable(TableName.parse("item_tag"), "item_id", "tag_id"));
        }

        @Test
        void are_references_of_one_owner_and_keep_what_they_refer_from() {
            assertThat(association("Shop.Item_Remote"))
                    .isEqualTo(new Association(
                            AssociationName.parse("Shop.Item_Remote"),
                            EntityName.parse("Shop.Item"),
                            EntityName.parse("Shop.Remote"),
                            Association.Kind.REFERENCE,
                            false,
                            new Association.InColumn("remote_id"),
                            Association.OnDelete.KEEP));
        }
    }

    @Test
    void access_rules_name_associations_with_their_module() {
        assertThat(MODEL.accessRules())
                .containsExactly(new AccessRule(
                        EntityName.parse("Shop.Item"),
                        Set.of(new RoleName("Clerk")),
                        true,
                        false,
                        MemberSet.all(),
                        MemberSet.of(Set.of("Name", "Shop.Item_Owner")),
                        Optional.of("[Name = 'x']")));
    }

    @Test
    void profiles_know_the_mode_of_each_entity() {
        Profile phone = Optional.ofNullable(MODEL.profiles().get(new ProfileName("Phone")))
                .orElseThrow();

        assertThat(phone.sync())
                .containsEntry(
                        EntityName.parse("Shop.Item"),
                        new SyncRule(Mode.BY_XPATH, Optional.of("[Name = 'x']"), ConflictPolicy.MERGE, false))
                .containsEntry(
                        EntityName.parse("Shop.Person"),
                        new SyncRule(Mode.ONLINE, Optional.empty(), ConflictPolicy.LAST_WINS, false));
        assertThat(MODEL.user()).contains(new UserEntity(EntityName.parse("Shop.Person"), "Login"));
    }

    @Test
    void positions_tell_later_checks_where_things_stand() {
        Positions positions = ModelReader.read(Mistake.SOUND).positions();

        assertThat(positions.ofEntity(EntityName.parse("Shop.Book"))).isEqualTo(new Position(18, 7));
        assertThat(positions.ofAssociation(AssociationName.parse("Shop.Item_Tag")))
                .isEqualTo(new Position(31, 7));
        assertThat(positions.ofAccessRule(0)).isEqualTo(new Position(39, 21));
        assertThat(positions.ofSync(new ProfileName("Phone"), EntityName.parse("Shop.Person")))
                .isEqualTo(new Position(46, 7));
    }
}
