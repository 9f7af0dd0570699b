package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Association;
import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberSet;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.Grant;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WavesTest {
    private static final EntityName PERSON = EntityName.parse("Desk.Person");
    private static final EntityName DOC = EntityName.parse("Desk.Doc");
    private static final EntityName LINE = EntityName.parse("Desk.Line");
    private static final EntityName TAG = EntityName.parse("Desk.Tag");
    private static final EntityName LEAF = EntityName.parse("Desk.Leaf");
    private static final Model MODEL = ModelReader.read("""
                    modules:
                      Desk:
                        entities:
                          Person:
                            store: field
                            id: { column: id, type: long }
                            attributes: { Name: { type: string } }
                          Doc:
                            store: field
                            id: { column: id, type: long }
                            attributes: { State: { type: string }, Title: { type: string } }
                          Line:
                            store: field
                            id: { column: id, type: long }
                            attributes: { Text: { type: string } }
                          Tag:
                            store: field
                            id: { column: id, type: long }
                            attributes: { Label: { type: string } }
                          Leaf:
                            store: field
                            id: { column: id, type: long }
                            attributes: { Text: { type: string } }
                        associations:
                          Doc_Owner: { from: Desk.Doc, to: Desk.Person, on-delete: keep, column: owner_id }
                          Doc_Next: { from: Desk.Doc, to: Desk.Doc, on-delete: keep, column: next_id }
                          Line_Doc: { from: Desk.Line, to: Desk.Doc, on-delete: cascade, column: doc_id }
                          Doc_Tags:
                            from: Desk.Doc
                            to: Desk.Tag
                            type: reference-set
                            join-table: { name: doc_tags, from: doc_id, to: tag_id }
                    profiles:
                      Web: { kind: web }
                    """).model().orElseThrow();

    /** Lines may be changed while their document has a state, documents while they have a line. */
    private static final Map<EntityName, List<Grant>> RIGHTS = Map.of(
            LINE,
            List.of(when(new Condition.Exists(
                    new Hop(association("Line_Doc"), Direction.FORWARD, LINE, DOC, 0),
                    new Condition.IsNotEmpty(new Member.OfAttribute(
                            DOC, MODEL.attribute(DOC, "State").orElseThrow(), 0))))),
            DOC,
            List.of(when(new Condition.Exists(
                    new Hop(association("Line_Doc"), Direction.BACKWARD, DOC, LINE, 0), Condition.always()))));

    private static Grant when(Condition condition) {
        return new Grant(condition, MemberSet.all(), MemberSet.all(), true, true);
    }

    private static Association association(String name) {
        return MODEL.associations().values().stream()
                .filter(candidate -> candidate.name().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static OwnedEnd end(String association) {
        return new OwnedEnd(association(association), Direction.FORWARD);
    }

    private static MemberValue refer(String association, long target) {
        return new MemberValue.Reference(end(association), Optional.of(target));
    }

    private static MemberValue set(EntityName entity, String attribute) {
        return new MemberValue.OfAttribute(MODEL.attribute(entity, attribute).orElseThrow(), "x");
    }

    private static Change create(EntityName entity, long id, MemberValue... members) {
        return new Change.Create(entity, id, List.of(members));
    }

    private static Change update(EntityName entity, long id, MemberValue... members) {
        return new Change.Update(entity, id, Optional.empty(), List.of(members));
    }

    private static Change delete(EntityName entity, long id) {
        return new Change.Delete(entity, id, Optional.empty());
    }

    private static PartWork part(Change... changes) {
        return part(false, List.of(changes));
    }

    private static PartWork part(boolean atomic, List<Change> changes) {
        List<Step> steps = new ArrayList<>();
        for (Change change : changes) {
            steps.add(new Step(
                    steps.size(),
                    change.entity().toString(),
                    Optional.of(change.id().toString()),
                    "",
                    new Step.Write(change, ConflictPolicy.LAST_WINS, RIGHTS.getOrDefault(change.entity(), List.of()))));
        }
        return new PartWork(
                new StoreName("field"),
                new LaneId(UUID.randomUUID()),
                1,
                new Claim.Turn(0, false),
                new Caller("ada", Set.of()),
                atomic,
                steps,
                Set.of(),
                false);
    }

    private static List<Change> changes(ApplyUnit unit) {
        return unit.steps().stream()
                .flatMap(step -> step.todo() instanceof Step.Write write ? Stream.of(write.change()) : Stream.empty())
                .toList();
    }

    private static List<List<Change>> waves(PartWork... group) {
        return Waves.of(MODEL, List.of(group)).stream()
                .map(wave ->
                        wave.stream().flatMap(unit -> changes(unit).stream()).toList())
                .toList();
    }

    @Nested
    class Cuts {
        @Test
        void what_has_nothing_to_do_with_each_other_is_one_wave() {
            assertThat(waves(
                            part(create(LEAF, 1), update(DOC, 1, set(DOC, "Title")), delete(LEAF, 2)),
                            part(create(LINE, 1, refer("Line_Doc", 2)), update(PERSON, 1, set(PERSON, "Name")))))
                    .hasSize(1);
        }

        @Test
        void an_object_occurs_once_in_a_wave() {
            Change first = update(LEAF, 1, set(LEAF, "Text"));
            Change second = update(LEAF, 1, set(LEAF, "Text"));
            Change third = delete(LEAF, 1);
            Change other = delete(LEAF, 2);

            assertThat(waves(part(first, second), part(third, other)))
                    .containsExactly(List.of(first, other), List.of(second), List.of(third));
        }

        @Test
        void what_is_referred_to_is_made_in_an_earlier_wave_also_by_another_client() {
            Change doc = create(DOC, 1);
            Change line = create(LINE, 1, refer("Line_Doc", 1));
            Change note = create(LINE, 2, refer("Line_Doc", 1));

            assertThat(waves(part(line, doc), part(note))).containsExactly(List.of(doc), List.of(line, note));
        }

        @Test
        void what_two_clients_write_and_refer_to_is_apart() {
            Change doc = update(DOC, 1, set(DOC, "Title"));
            Change own = create(LINE, 1, refer("Line_Doc", 1));
            Change line = create(LINE, 2, refer("Line_Doc", 1));
            Change again = update(DOC, 1, set(DOC, "Title"));

            assertThat(waves(part(doc, own), part(line), part(again)))
                    .containsExactly(List.of(doc, own), List.of(line), List.of(again));
        }

        @Test
        void a_delete_comes_after_what_was_done_before_to_those_that_may_refer_to_it() {
            Change doc = update(DOC, 7, set(DOC, "Title"));
            Change gone = delete(PERSON, 1);
            Change after = create(DOC, 8);

            assertThat(waves(part(doc), part(gone), part(after)))
                    .containsExactly(List.of(doc), List.of(gone), List.of(after));
        }

        @Test
        void rights_are_judged_after_what_they_read_was_altered() {
            Change state = update(DOC, 1, set(DOC, "State"));
            Change title = update(DOC, 2, set(DOC, "Title"));
            Change line = update(LINE, 1, set(LINE, "Text"));

            assertThat(waves(part(state), part(line))).containsExactly(List.of(state), List.of(line));
            assertThat(waves(part(title), part(line))).hasSize(1);
            assertThat(waves(part(line), part(state))).hasSize(1);
        }

        @Test
        void an_atomic_part_is_one_unit() {
            Change first = create(LEAF, 1);
            Change second = update(LEAF, 1, set(LEAF, "Text"));
            Change other = update(LEAF, 1, set(LEAF, "Text"));

            assertThat(Waves.of(MODEL, List.of(part(true, List.of(first, second)), part(other))))
                    .extracting(List::size)
                    .containsExactly(1, 1);
        }

        @Test
        void time_goes_with_the_number_of_operations() {
            PartWork[] group = IntStream.range(0, 200)
                    .mapToObj(lane -> part(
                            false,
                            IntStream.range(0, 500)
                                    .mapToObj(i -> switch (i % 4) {
                                        case 0 -> create(DOC, lane * 1000L + i);
                                        case 1 ->
                                            create(LINE, lane * 1000L + i, refer("Line_Doc", lane * 1000L + i - 1));
                                        case 2 -> update(LINE, i, set(LINE, "Text"));
                                        default -> delete(LEAF, i % 50);
                                    })
                                    .toList()))
                    .toArray(PartWork[]::new);
            long start = System.nanoTime();

            assertThat(Waves.of(MODEL, List.of(group)).stream()
                            .mapToInt(List::size)
                            .sum())
                    .isEqualTo(100_000);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Nested
    class Generated {
        /** Whether the later of two units may see or undo what the earlier does, by this model's own words. */
        private boolean concerns(ApplyUnit earlier, ApplyUnit later) {
            return anyPair(earlier, later, this::meets)
                    || (!earlier.part().lane().equals(later.part().lane())
                            && anyPair(
                                    earlier,
                                    later,
                                    (one, other) -> targets(one).contains(place(other))
                                            || targets(other).contains(place(one))))
                    || anyPair(earlier, later, (one, other) -> alters(one, other))
                    || (isLate(earlier) && anyPair(earlier, later, (one, other) -> alters(other, one)));
        }

        private boolean isLate(ApplyUnit unit) {
            return !(unit instanceof ApplyUnit.Single) || unit.part().last();
        }

        private boolean anyPair(
                ApplyUnit earlier, ApplyUnit later, java.util.function.BiPredicate<Change, Change> test) {
            return changes(earlier).stream()
                    .anyMatch(one -> changes(later).stream().anyMatch(other -> test.test(one, other)));
        }

        private boolean meets(Change one, Change other) {
            return isSame(one, other)
                    || (makes(one) && targets(other).contains(place(one)))
                    || (makes(other) && targets(one).contains(place(other)))
                    || reaches(one, other)
                    || reaches(other, one);
        }

        private boolean isSame(Change one, Change other) {
            return place(one).equals(place(other));
        }

        private String place(Change change) {
            return change.entity() + " " + change.id();
        }

        private boolean makes(Change change) {
            return !(change instanceof Change.Update);
        }

        private List<String> targets(Change change) {
            return Change.members(change).stream()
                    .flatMap(member -> switch (member) {
                        case MemberValue.OfAttribute _ -> Stream.<String>empty();
                        case MemberValue.Reference set ->
                            set.target().stream().map(id -> set.end().target() + " " + id);
                        case MemberValue.Targets set ->
                            set.targets().stream().map(id -> set.end().target() + " " + id);
                        case MemberValue.TargetsEdit edit ->
                            edit.add().stream().map(id -> edit.end().target() + " " + id);
                    })
                    .toList();
        }

        /** Documents lose owners, tags and what is next; lines go with their document. */
        private boolean reaches(Change delete, Change other) {
            if (!(delete instanceof Change.Delete)) {
                return false;
            }
            List<EntityName> reached = switch (delete.entity().toString()) {
                case "Desk.Person", "Desk.Tag" -> List.of(DOC);
                case "Desk.Doc" -> List.of(DOC, LINE);
                default -> List.of();
            };
            return reached.contains(other.entity())
                    || targets(other).stream()
                            .anyMatch(target -> reached.stream().anyMatch(entity -> target.startsWith(entity + " ")));
        }

        /** Whether the first changes what the rights of the second read of other objects. */
        private boolean alters(Change first, Change second) {
            if (second instanceof Change.Create) {
                return false;
            }
            return (second.entity().equals(LINE)
                            && first instanceof Change.Update
                            && Change.members(first).stream()
                                    .anyMatch(member -> member.member().equals("State")))
                    || (second.entity().equals(DOC)
                            && first.entity().equals(LINE)
                            && (first instanceof Change.Delete
                                    || Change.members(first).stream()
                                            .anyMatch(member -> member.member().endsWith("Line_Doc"))));
        }

        private PartWork random(Random random) {
            Change[] changes = new Change[1 + random.nextInt(6)];
            Arrays.setAll(changes, _ -> change(random));
            PartWork part = part(random.nextInt(8) == 0, List.of(changes));
            return random.nextInt(8) == 0 ? part.atLast() : part;
        }

        private Change change(Random random) {
            EntityName entity = List.of(PERSON, DOC, DOC, LINE, LINE, TAG, LEAF).get(random.nextInt(7));
            long id = random.nextInt(6);
            return switch (random.nextInt(5)) {
                case 0, 1 -> create(entity, id, members(entity, random));
                case 2, 3 -> update(entity, id, members(entity, random));
                default -> delete(entity, id);
            };
        }

        private MemberValue[] members(EntityName entity, Random random) {
            long target = random.nextInt(6);
            return switch (entity.toString()) {
                case "Desk.Doc" ->
                    switch (random.nextInt(5)) {
                        case 0 -> new MemberValue[] {set(DOC, "State")};
                        case 1 -> new MemberValue[] {refer("Doc_Owner", target), set(DOC, "Title")};
                        case 2 -> new MemberValue[] {refer("Doc_Next", target)};
                        case 3 ->
                            new MemberValue[] {
                                new MemberValue.TargetsEdit(end("Doc_Tags"), List.of(target), List.of(1L))
                            };
                        default -> new MemberValue[] {set(DOC, "Title")};
                    };
                case "Desk.Line" ->
                    random.nextBoolean()
                            ? new MemberValue[] {refer("Line_Doc", target)}
                            : new MemberValue[] {set(LINE, "Text")};
                case "Desk.Person" -> new MemberValue[] {set(PERSON, "Name")};
                case "Desk.Tag" -> new MemberValue[] {set(TAG, "Label")};
                default -> new MemberValue[] {set(LEAF, "Text")};
            };
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
        void waves_are_as_a_slow_checker_wants_them_and_no_more_than_needed(long seed) {
            Random random = new Random(seed);
            for (int round = 0; round < 150; round++) {
                List<PartWork> group = Stream.generate(() -> random(random))
                        .limit(1 + random.nextInt(6))
                        .toList();
                check(group, "seed " + seed + ", round " + round);
            }
        }

        private int placeOf(Map<ApplyUnit, Integer> places, ApplyUnit unit) {
            return places.getOrDefault(unit, -1);
        }

        private void check(List<PartWork> group, String where) {
            List<ApplyUnit> serial = group.stream()
                    .flatMap(part -> part.atomic()
                            ? Stream.of(new ApplyUnit.Whole(part))
                            : WriteOrder.of(MODEL, part.steps()).stream().map(unit -> Waves.unit(part, unit)))
                    .toList();
            List<List<ApplyUnit>> waves = Waves.of(MODEL, group);
            Map<ApplyUnit, Integer> places = new HashMap<>();
            for (int wave = 0; wave < waves.size(); wave++) {
                for (ApplyUnit unit : waves.get(wave)) {
                    places.put(unit, wave);
                }
                assertThat(waves.get(wave))
                        .as(where)
                        .isSortedAccordingTo(
                                (one, other) -> Integer.compare(serial.indexOf(one), serial.indexOf(other)));
            }
            assertThat(places.keySet()).as(where).containsExactlyInAnyOrderElementsOf(serial);
            for (int j = 0; j < serial.size(); j++) {
                int least = 0;
                for (int i = 0; i < j; i++) {
                    ApplyUnit earlier = serial.get(i);
                    ApplyUnit later = serial.get(j);
                    if (concerns(earlier, later)) {
                        least = Math.max(least, placeOf(places, earlier) + 1);
                    } else if (anyPair(earlier, later, (one, other) -> alters(other, one))) {
                        least = Math.max(least, placeOf(places, earlier));
                    }
                }
                assertThat(placeOf(places, serial.get(j)))
                        .as(where + ", unit " + serial.get(j))
                        .isEqualTo(least);
            }
        }
    }
}
