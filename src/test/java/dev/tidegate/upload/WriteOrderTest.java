package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Association;
import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.OwnedEnd;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteOrderTest {
    private static final EntityName NODE = EntityName.parse("Graph.Node");
    private static final Model MODEL = ModelReader.read("""
                    modules:
                      Graph:
                        entities:
                          Node:
                            store: field
                            id: { column: id, type: long }
                            attributes: { Name: { type: string } }
                        associations:
                          Node_Next: { from: Graph.Node, to: Graph.Node }
                    profiles:
                      Web: { kind: web }
                    """).model().orElseThrow();
    private static final Association NEXT =
            MODEL.associations().values().iterator().next();

    private final List<Step> steps = new ArrayList<>();

    private void add(Change change) {
        int index = steps.size();
        steps.add(new Step(
                index,
                change.entity().toString(),
                Optional.of(change.id().toString()),
                "/operations/" + index,
                new Step.Write(change, ConflictPolicy.LAST_WINS, List.of())));
    }

    private static List<MemberValue> next(long... targets) {
        List<MemberValue> members = new ArrayList<>();
        for (long target : targets) {
            members.add(new MemberValue.Reference(new OwnedEnd(NEXT, Direction.FORWARD), Optional.of(target)));
        }
        return members;
    }

    private void create(long id, long... targets) {
        add(new Change.Create(NODE, id, next(targets)));
    }

    private void update(long id, long... targets) {
        add(new Change.Update(NODE, id, Optional.empty(), next(targets)));
    }

    private void delete(long id) {
        add(new Change.Delete(NODE, id, Optional.empty()));
    }

    /** Indices as they are written; a second step as its index, negated, less one. */
    private List<Integer> order() {
        List<Integer> order = new ArrayList<>();
        for (WriteOrder.Unit unit : WriteOrder.of(MODEL, steps)) {
            unit.first().forEach(step -> order.add(step.index()));
            unit.then().forEach(step -> order.add(-step.index() - 1));
        }
        return order;
    }

    @Nested
    class Orders {
        @Test
        void what_refers_only_back_stays_as_it_came() {
            create(1);
            create(2, 1);
            update(1, 2);
            delete(2);

            assertThat(order()).containsExactly(0, 1, 2, 3);
        }

        @Test
        void a_create_waits_for_the_one_that_it_refers_to_and_its_own_changes_wait_with_it() {
            create(1, 3);
            update(1);
            create(2);
            create(3);

            assertThat(order()).containsExactly(2, 3, 0, 1);
        }

        @Test
        void creates_in_a_circle_get_their_reference_in_a_second_step() {
            create(1, 2);
            create(2, 3);
            create(3, 1);

            assertThat(order()).containsExactly(0, 1, 2, -1, -2);
        }

        @Test
        void a_create_that_refers_to_itself_does_so_in_a_second_step() {
            create(1, 1);

            assertThat(order()).containsExactly(0, -1);
        }

        @Test
        void a_reference_that_a_later_operation_sets_anew_is_not_set_behind_it() {
            create(1, 2);
            update(1, 9);
            create(2, 1);

            assertThat(order()).containsExactly(0, 1, 2);
        }

        @Test
        void an_object_that_is_created_again_is_not_created_before_it_is_deleted() {
            create(1, 2);
            delete(2);
            create(2);

            assertThat(order()).containsExactly(0, 1, 2);
        }

        @Test
        void an_update_does_not_wait_for_a_later_create() {
            update(1, 2);
            create(2);

            assertThat(order()).containsExactly(0, 1);
        }

        @Test
        void ten_thousand_in_a_row_are_no_effort() {
            for (int i = 0; i < 10_000; i++) {
                create(i, i + 1);
            }

            List<Integer> order = order();

            assertThat(order).hasSize(10_000).startsWith(9_999).endsWith(0);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void random_batches_of_creates_resolve_whenever_their_targets_are_among_them(long seed) {
        Random random = new Random(seed);
        int size = 2 + random.nextInt(30);
        for (int i = 0; i < size; i++) {
            create(i, random.nextInt(size), random.nextInt(size));
            if (random.nextInt(3) == 0) {
                update(random.nextInt(i + 1));
            }
        }

        Set<Object> there = new HashSet<>();
        Set<Integer> written = new HashSet<>();
        List<Integer> touched = new ArrayList<>();
        for (WriteOrder.Unit unit : WriteOrder.of(MODEL, steps)) {
            for (Step step : unit.first()) {
                Change change = change(step);
                assertThat(there).as("seed %s: %s", seed, change).containsAll(targets(change));
                assertThat(change instanceof Change.Create ? there.add(change.id()) : there.contains(change.id()))
                        .as("seed %s: %s", seed, change)
                        .isTrue();
                assertThat(written.add(step.index())).isTrue();
                touched.add(step.index());
            }
            for (Step step : unit.then()) {
                assertThat(there).as("seed %s: %s", seed, step).containsAll(targets(change(step)));
            }
        }
        assertThat(written).hasSize(steps.size());
        for (long id = 0; id < size; id++) {
            long object = id;
            assertThat(touched.stream()
                            .filter(index -> change(steps.get(index)).id().equals(object))
                            .toList())
                    .as("seed %s", seed)
                    .isSorted();
        }
    }

    private static Change change(Step step) {
        return ((Step.Write) step.todo()).change();
    }

    private static List<Object> targets(Change change) {
        List<MemberValue> members = switch (change) {
            case Change.Create create -> create.members();
            case Change.Update update -> update.members();
            case Change.Delete _ -> List.of();
        };
        return members.stream()
                .map(MemberValue.Reference.class::cast)
                .map(reference -> reference.target().orElseThrow())
                .toList();
    }
}
