package dev.tidegate.sql;

import static dev.tidegate.sql.TaskModel.MODEL;
import static dev.tidegate.sql.TaskModel.ORDER;
import static dev.tidegate.sql.TaskModel.SITE;
import static dev.tidegate.sql.TaskModel.TASK;
import static dev.tidegate.sql.TaskModel.USER;
import static dev.tidegate.sql.TaskModel.declared;
import static dev.tidegate.sql.TaskModel.end;
import static dev.tidegate.sql.TaskModel.hop;
import static dev.tidegate.sql.TaskModel.id;
import static dev.tidegate.sql.TaskModel.member;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.ValueType;
import dev.tidegate.sql.Select.Output;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Condition.Comparator;
import dev.tidegate.xpath.Reach;
import dev.tidegate.xpath.SortKey;
import dev.tidegate.xpath.Value;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What statements look like; that they mean the right thing is shown on PostgreSQL. */
class SelectWriterTest {
    private static final Value RUBBISH = text("'; DROP TABLE task; --");

    @Nested
    class Tables {
        @Test
        void a_plain_entity_is_one_table_in_the_order_of_its_ids() {
            assertThat(sql(USER, Condition.always(), new Output.Id(), new Output.OwnEntity(), new Output.Version()))
                    .isEqualTo("""
                            SELECT t0."id"::int8, 'F.User'::text, t0.xmin::text
                            FROM "app"."users" t0
                            ORDER BY t0."id\"""");
        }

        @Test
        void generalizations_are_joined_and_specializations_outer_joined_only_when_asked_for() {
            assertThat(sql(ORDER, Condition.always(), attribute(ORDER, "Title"), attribute(ORDER, "Number")))
                    .contains("FROM \"order\" t0 JOIN \"task\" t1 ON t1.\"id\" = t0.\"id\"");
            assertThat(sql(TASK, Condition.always(), attribute(TASK, "Title"), attribute(ORDER, "Number")))
                    .contains("FROM \"task\" t0 LEFT JOIN \"order\" t1 ON t1.\"id\" = t0.\"id\"");
            assertThat(sql(ORDER, Condition.always(), attribute(ORDER, "Number")))
                    .contains("FROM \"order\" t0\n");
        }

        @Test
        void a_version_without_a_column_is_of_all_rows_of_the_object_the_roots_first() {
            assertThat(sql(ORDER, Condition.always(), new Output.Version()))
                    .contains("SELECT concat_ws('.', t1.xmin::text, t0.xmin::text)\n");
            assertThat(sql(TASK, Condition.always(), new Output.Version()))
                    .contains("SELECT concat_ws('.', t0.xmin::text, t1.xmin::text)\n")
                    .contains("LEFT JOIN \"order\" t1");
        }

        @Test
        void names_are_quoted_whatever_they_hold() {
            assertThat(sql(SITE, Condition.always(), attribute(SITE, "Name")))
                    .contains("FROM \"odd\"\"site\" t0\nORDER BY t0.\"id\" COLLATE \"C\"");
        }
    }

    @Nested
    class Ends {
        @Test
        void a_reference_is_a_column_and_a_set_an_ordered_array() {
            assertThat(sql(
                            ORDER,
                            Condition.always(),
                            new Output.OfEnd(end("F.Order_Site", Direction.FORWARD)),
                            new Output.OfEnd(end("F.Task_User", Direction.FORWARD))))
                    .contains("SELECT t0.\"site_id\"::text, ARRAY(SELECT t1.\"user_id\"::int8 FROM \"task_user\" t1"
                            + " WHERE t1.\"task_id\" = t0.\"id\" ORDER BY t1.\"user_id\")\n");
        }

        @Test
        void the_far_side_of_an_association_that_both_own_is_looked_up() {
            assertThat(sql(SITE, Condition.always(), new Output.OfEnd(end("F.Order_Site", Direction.BACKWARD))))
                    .contains("(SELECT t1.\"id\"::uuid FROM \"order\" t1 WHERE t1.\"site_id\" = t0.\"id\""
                            + " ORDER BY t1.\"id\" LIMIT 1)");
        }
    }

    @Nested
    class Conditions {
        @Test
        void values_are_binds_with_a_type_and_never_text() {
            SqlQuery query = write(TASK, compare(member(TASK, "Title"), Comparator.EQUAL, RUBBISH), new Output.Id());
            assertThat(query.text()).contains("WHERE t0.\"title\" = $1::text\n");
            assertThat(query.binds()).containsExactly(new Bind.Of(RUBBISH));
        }

        @Test
        void equal_values_share_a_place() {
            Condition twice = compare(member(TASK, "Title"), Comparator.EQUAL, text("a"))
                    .or(compare(member(TASK, "Title"), Comparator.GREATER, text("a")));
            assertThat(where(TASK, twice))
                    .isEqualTo("t0.\"title\" = $1::text OR t0.\"title\" COLLATE \"C\" > $1::text");
        }

        @Test
        void not_equal_holds_for_an_empty_member_and_not_wherever_its_operand_does_not_hold() {
            Condition unequal = compare(member(TASK, "Rank"), Comparator.NOT_EQUAL, number(3));
            assertThat(where(TASK, unequal)).isEqualTo("t0.\"rank\" IS DISTINCT FROM $1::int4");
            assertThat(where(TASK, new Condition.Not(unequal)))
                    .isEqualTo("(t0.\"rank\" IS DISTINCT FROM $1::int4) IS NOT TRUE");
        }

        @Test
        void a_boolean_is_never_empty() {
            assertThat(where(TASK, compare(member(TASK, "Done"), Comparator.EQUAL, bool(false))))
                    .isEqualTo("t0.\"done\" IS NOT TRUE");
            assertThat(where(TASK, compare(member(TASK, "Done"), Comparator.NOT_EQUAL, bool(false))))
                    .isEqualTo("t0.\"done\" IS TRUE");
            assertThat(where(TASK, new Condition.IsEmpty(member(TASK, "Done")))).isEqualTo("false");
        }

        @Test
        void two_members_are_compared_plainly_so_that_an_empty_one_makes_it_false() {
            assertThat(where(
                            TASK,
                            new Condition.CompareMembers(
                                    Reach.here(member(TASK, "Title")),
                                    Comparator.NOT_EQUAL,
                                    Reach.here(member(TASK, "Title")))))
                    .isEqualTo("t0.\"title\" COLLATE \"C\" <> t0.\"title\"");
        }

        @Test
        void a_text_match_is_a_pattern_made_when_the_needle_is_known() {
            SqlQuery query = write(
                    TASK,
                    new Condition.TextMatch(member(TASK, "Title"), Condition.TextMatch.Kind.CONTAINS, RUBBISH),
                    new Output.Id());
            assertThat(query.text()).contains("WHERE t0.\"title\" ILIKE $1::text");
            assertThat(query.binds()).containsExactly(new Bind.Pattern(RUBBISH, Condition.TextMatch.Kind.CONTAINS));
        }

        @Test
        void the_own_entity_is_the_discriminator_of_the_root_and_several_are_a_list() {
            Condition own = new Condition.OfOwnEntity(ORDER);
            assertThat(where(TASK, own)).isEqualTo("t0.\"kind\" = 'F.Order'");
            assertThat(where(TASK, own.or(new Condition.OfOwnEntity(TASK))))
                    .isEqualTo("t0.\"kind\" IN ('F.Order', 'F.Task')");
        }

        @Test
        void the_last_specialization_that_the_model_knows_may_not_be_the_last() {
            assertThat(where(ORDER, new Condition.OfOwnEntity(ORDER))).isEqualTo("t1.\"kind\" = 'F.Order'");
        }

        @Test
        void what_the_model_knows_is_not_asked() {
            assertThat(where(SITE, new Condition.OfOwnEntity(SITE))).isEmpty();
            assertThat(where(ORDER, new Condition.OfOwnEntity(TASK))).isEqualTo("false");
            assertThat(where(TASK, new Condition.Not(new Condition.IsEmpty(id(TASK)))))
                    .isEmpty();
        }

        @Test
        void the_current_user_is_looked_up_by_name() {
            Condition mine = new Condition.Exists(
                    hop(TASK, "F.Task_User", Direction.FORWARD, USER),
                    compare(id(USER), Comparator.EQUAL, new Value.CurrentUser(ValueType.INT64)));
            assertThat(where(TASK, mine))
                    .isEqualTo("EXISTS (SELECT 1 FROM \"app\".\"users\" t1 JOIN \"task_user\" t2 ON t2.\"user_id\" ="
                            + " t1.\"id\" WHERE t2.\"task_id\" = t0.\"id\" AND t1.\"id\" = (SELECT t3.\"id\" FROM"
                            + " \"app\".\"users\" t3 WHERE t3.\"login\" = $1::text))");
        }
    }

    @Nested
    class Paths {
        @Test
        void a_step_along_a_column_is_an_existence_test() {
            assertThat(where(
                            ORDER,
                            new Condition.Exists(
                                    hop(ORDER, "F.Order_Site", Direction.FORWARD, SITE), Condition.always())))
                    .isEqualTo("EXISTS (SELECT 1 FROM \"odd\"\"site\" t1 WHERE t1.\"id\" = t0.\"site_id\")");
        }

        @Test
        void a_step_back_finds_who_refers_here_and_binds_both_conditions_to_one_object() {
            Condition inner = compare(member(ORDER, "Title"), Comparator.EQUAL, text("a"))
                    .and(compare(member(ORDER, "Number"), Comparator.LESS, new Value.Constant(ValueType.INT64, 7L)));
            assertThat(where(SITE, new Condition.Exists(hop(SITE, "F.Order_Site", Direction.BACKWARD, ORDER), inner)))
                    .isEqualTo("EXISTS (SELECT 1 FROM \"order\" t1 JOIN \"task\" t2 ON t2.\"id\" = t1.\"id\" WHERE"
                            + " t1.\"site_id\" = t0.\"id\" AND (t2.\"title\" = $1::text AND t1.\"number\" <"
                            + " $2::int8))");
        }

        @Test
        void an_association_of_an_entity_with_itself_goes_both_ways() {
            assertThat(where(
                            ORDER,
                            new Condition.Exists(
                                    hop(ORDER, "F.Task_Task", Direction.FORWARD, TASK), Condition.always())))
                    .isEqualTo("EXISTS (SELECT 1 FROM \"task\" t1 WHERE t1.\"id\" = t2.\"parent_id\")");
            assertThat(where(
                            ORDER,
                            new Condition.Exists(
                                    hop(ORDER, "F.Task_Task", Direction.BACKWARD, ORDER), Condition.always())))
                    .isEqualTo("EXISTS (SELECT 1 FROM \"order\" t1 JOIN \"task\" t2 ON t2.\"id\" = t1.\"id\" WHERE"
                            + " t2.\"parent_id\" = t0.\"id\")");
        }

        @Test
        void a_step_that_nothing_can_meet_is_not_taken() {
            assertThat(where(
                            ORDER,
                            new Condition.Not(new Condition.Exists(
                                    hop(ORDER, "F.Order_Site", Direction.FORWARD, SITE), Condition.never()))))
                    .isEmpty();
        }
    }

    @Nested
    class Windows {
        @Test
        void a_page_is_cut_by_binds() {
            SqlQuery page = new SelectWriter(MODEL)
                    .write(new Select(
                            TASK,
                            Condition.always(),
                            List.of(new Output.Id()),
                            List.of(),
                            List.of(
                                    order("Title", true, Condition.always()),
                                    order("Rank", false, new Condition.OfOwnEntity(ORDER))),
                            Select.Window.PAGE));
            assertThat(page.text()).isEqualTo("""
                            SELECT t0."id"::uuid
                            FROM "task" t0
                            ORDER BY t0."title" COLLATE "C" DESC, CASE WHEN t0."kind" = 'F.Order' THEN t0."rank" END, t0."id"
                            LIMIT $1::int8 OFFSET $2::int8""");
            assertThat(page.binds()).containsExactly(new Bind.Limit(), new Bind.Offset());
        }

        @Test
        void what_comes_behind_an_object_is_said_key_by_key_with_empty_above_all() {
            assertThat(behind(List.of())).isEqualTo("t0.\"id\" > $1::text::uuid");
            assertThat(behind(List.of(true), order("Rank", false, Condition.always())))
                    .isEqualTo("(t0.\"rank\" > $2::text::int4 OR t0.\"rank\" IS NULL OR (t0.\"rank\" ="
                            + " $2::text::int4 AND (t0.\"id\" > $1::text::uuid)))");
            assertThat(behind(List.of(false), order("Rank", false, Condition.always())))
                    .isEqualTo("(t0.\"rank\" IS NULL AND (t0.\"id\" > $1::text::uuid))");
            assertThat(behind(List.of(true), order("Title", true, Condition.always())))
                    .isEqualTo("t0.\"title\" COLLATE \"C\" <= $2::text AND (t0.\"title\" COLLATE \"C\" < $2::text OR"
                            + " (t0.\"title\" COLLATE \"C\" = $2::text AND (t0.\"id\" > $1::text::uuid)))");
            assertThat(behind(List.of(false), order("Title", true, Condition.always())))
                    .isEqualTo("(t0.\"title\" IS NOT NULL OR (t0.\"title\" IS NULL AND (t0.\"id\" >"
                            + " $1::text::uuid)))");
        }

        @Test
        void a_key_over_references_is_looked_up_under_the_conditions_of_each_object_on_its_way() {
            SortKey key = new SortKey(
                    List.of(hop(ORDER, "F.Order_Site", Direction.FORWARD, SITE)), member(SITE, "Name"), true, 0);
            Condition open = compare(member(SITE, "Name"), Comparator.NOT_EQUAL, text("x"));
            assertThat(new SelectWriter(MODEL)
                            .write(new Select(
                                    ORDER,
                                    Condition.always(),
                                    List.of(new Output.Id(), new Output.OfKey(0)),
                                    List.of(),
                                    List.of(new Select.Order(key, List.of(Condition.always(), open))),
                                    Select.Window.WHOLE))
                            .text())
                    .isEqualTo("""
                            SELECT t0."id"::uuid, (t2.v)::text
                            FROM "order" t0 LEFT JOIN LATERAL (SELECT CASE WHEN t1."name" IS DISTINCT FROM $1::text \
                            THEN t1."name" END AS v FROM "odd""site" t1 WHERE t1."id" = t0."site_id") t2 ON true
                            ORDER BY t2.v COLLATE "C" DESC, t0."id\"""");
        }

        @Test
        void a_key_over_a_reference_that_may_be_found_twice_takes_the_first_object() {
            SortKey key = new SortKey(
                    List.of(hop(SITE, "F.Order_Site", Direction.BACKWARD, ORDER)), member(ORDER, "Number"), false, 0);
            assertThat(new SelectWriter(MODEL)
                            .write(new Select(
                                    SITE,
                                    Condition.always(),
                                    List.of(new Output.Id()),
                                    List.of(),
                                    List.of(new Select.Order(key, List.of(Condition.always(), Condition.always()))),
                                    Select.Window.WHOLE))
                            .text())
                    .contains("LEFT JOIN LATERAL (SELECT t1.\"number\" AS v FROM \"order\" t1 WHERE t1.\"site_id\" ="
                            + " t0.\"id\" ORDER BY t1.\"id\" LIMIT 1) t2 ON true");
        }

        @Test
        void related_objects_come_with_the_id_that_they_were_found_for() {
            assertThat(new SelectWriter(MODEL)
                            .write(new Select(
                                    TASK,
                                    Condition.always(),
                                    List.of(new Output.Id()),
                                    List.of(),
                                    List.of(),
                                    new Select.Window.Related(hop(USER, "F.Task_User", Direction.BACKWARD, TASK))))
                            .text())
                    .isEqualTo("""
                            SELECT t3.*, t1.id
                            FROM unnest($2::int8[]) t1(id) CROSS JOIN LATERAL (SELECT t0."id"::uuid
                            FROM "task" t0
                            WHERE t0."id" IN (SELECT t2."task_id" FROM "task_user" t2 WHERE t2."user_id" = t1.id)
                            ORDER BY t0."id"
                            LIMIT $1::int8) t3
                            LIMIT $3::int8""");
        }

        @Test
        void the_number_of_all_objects_may_come_with_each_of_a_page() {
            assertThat(sql(
                            TASK,
                            compare(member(TASK, "Rank"), Comparator.EQUAL, number(1)),
                            new Output.Id(),
                            new Output.Count()))
                    .startsWith("""
                            SELECT t0."id"::uuid, (SELECT count(*)
                            FROM "task" t1
                            WHERE t1."rank" = $1::int4)
                            FROM "task" t0
                            WHERE t0."rank" = $1::int4
                            """);
        }

        @Test
        void an_aggregate_leaves_out_what_reads_as_empty() {
            assertThat(new SelectWriter(MODEL)
                            .write(new Aggregate(
                                    TASK,
                                    Condition.always(),
                                    AggregateFunction.MAX,
                                    java.util.Optional.of(declared(TASK, "DueDate"))))
                            .text())
                    .isEqualTo("SELECT max(CASE WHEN isfinite(t0.\"due_date\") THEN t0.\"due_date\" END)::timestamptz\n"
                            + "FROM \"task\" t0");
        }

        private static String behind(List<Boolean> filled, Select.Order... order) {
            String text = new SelectWriter(MODEL)
                    .write(new Select(
                            TASK,
                            Condition.always(),
                            List.of(new Output.Id()),
                            List.of(),
                            List.of(order),
                            new Select.Window.After(filled)))
                    .text();
            return text.substring(text.indexOf("\nWHERE ") + 7, text.indexOf("\nORDER BY"));
        }

        @Test
        void a_count_has_no_columns_and_no_order() {
            SqlQuery count = new SelectWriter(MODEL)
                    .write(new Select(
                            TASK,
                            compare(member(TASK, "Rank"), Comparator.EQUAL, number(1)),
                            List.of(new Output.Id()),
                            List.of(Condition.always()),
                            List.of(order("Title", true, Condition.always())),
                            Select.Window.COUNT));
            assertThat(count.text()).isEqualTo("SELECT count(*)\nFROM \"task\" t0\nWHERE t0.\"rank\" = $1::int4");
        }

        @Test
        void flags_follow_the_outputs_and_are_never_null() {
            SqlQuery query = new SelectWriter(MODEL)
                    .write(new Select(
                            TASK,
                            Condition.always(),
                            List.of(new Output.Id()),
                            List.of(compare(member(TASK, "Rank"), Comparator.LESS, number(1))),
                            List.of(),
                            Select.Window.WHOLE));
            assertThat(query.text()).startsWith("SELECT t0.\"id\"::uuid, (t0.\"rank\" < $1::int4) IS TRUE\n");
        }
    }

    private static Select.Order order(String name, boolean descending, Condition where) {
        return new Select.Order(new SortKey(List.of(), member(TASK, name), descending, 0), List.of(where));
    }

    /** What no data makes long. */
    @Nested
    class PointReads {
        private final Condition ofOne = compare(id(ORDER), Comparator.EQUAL, number(1));

        @Test
        void one_object_by_its_id_with_what_hangs_on_keys_is_one() {
            assertThat(write(ORDER, ofOne, new Output.Id()).point()).isTrue();
            assertThat(write(
                                    ORDER,
                                    ofOne.and(new Condition.Exists(
                                            hop(ORDER, "F.Order_Site", Direction.FORWARD, SITE),
                                            compare(member(SITE, "Name"), Comparator.EQUAL, text("a")))),
                                    attribute(ORDER, "Title"),
                                    new Output.OfEnd(end("F.Order_Site", Direction.FORWARD)))
                            .point())
                    .isTrue();
        }

        @Test
        void what_may_be_many_is_none() {
            assertThat(write(ORDER, Condition.always(), new Output.Id()).point())
                    .as("all")
                    .isFalse();
            assertThat(write(ORDER, ofOne.or(compare(member(ORDER, "Title"), Comparator.EQUAL, text("a"))))
                            .point())
                    .as("or another")
                    .isFalse();
            assertThat(write(ORDER, new Condition.Not(ofOne)).point())
                    .as("all others")
                    .isFalse();
            assertThat(write(ORDER, compare(id(ORDER), Comparator.GREATER, number(1)))
                            .point())
                    .as("those behind")
                    .isFalse();
            assertThat(write(ORDER, ofOne, new Output.OfEnd(end("F.Task_User", Direction.FORWARD)))
                            .point())
                    .as("a set comes along")
                    .isFalse();
            assertThat(write(
                                    SITE,
                                    compare(id(SITE), Comparator.EQUAL, text("x"))
                                            .and(new Condition.Exists(
                                                    hop(SITE, "F.Order_Site", Direction.BACKWARD, ORDER),
                                                    Condition.always())))
                            .point())
                    .as("a step back")
                    .isFalse();
        }
    }

    private static Output attribute(EntityName entity, String name) {
        return new Output.OfAttribute(declared(entity, name));
    }

    private static Condition compare(dev.tidegate.xpath.Member member, Comparator comparator, Value value) {
        return new Condition.Compare(member, comparator, value);
    }

    private static Value text(String text) {
        return new Value.Constant(ValueType.TEXT, text);
    }

    private static Value number(int number) {
        return new Value.Constant(ValueType.INT32, number);
    }

    private static Value bool(boolean value) {
        return new Value.Constant(ValueType.BOOLEAN, value);
    }

    private static String where(EntityName entity, Condition condition) {
        String text = sql(entity, condition, new Output.Id());
        int where = text.indexOf("\nWHERE ");
        return where < 0 ? "" : text.substring(where + 7, text.indexOf("\nORDER BY"));
    }

    private static String sql(EntityName entity, Condition condition, Output... outputs) {
        return write(entity, condition, outputs).text();
    }

    private static SqlQuery write(EntityName entity, Condition condition, Output... outputs) {
        return new SelectWriter(MODEL)
                .write(new Select(entity, condition, List.of(outputs), List.of(), List.of(), Select.Window.WHOLE));
    }
}
