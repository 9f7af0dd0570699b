package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Association;
import dev.tidegate.model.BatchId;
import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.LaneId;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
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
    private static final EntityName REMARK = EntityName.parse("Desk.Remark");
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
                          Remark:
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
                          Remark_Line: { from: Desk.Remark, to: Desk.Line, on-delete: keep, column: line_id }
                          Remark_Tags:
                            from: Desk.Remark
                            to: Desk.Tag
                            type: reference-set
                            owner: both
                            join-table: { name: remark_tags, from: remark_id, to: tag_id }
                    profiles:
                      Web: { kind: web }
                    """).model().orElseThrow();

    private static final Condition HAS_STATE = new Condition.IsNotEmpty(
            new Member.OfAttribute(DOC, MODEL.attribute(DOC, "State").orElseThrow(), 0));

    /**
     * Lines may be changed while their document has a state, remarks while the document of their line has one, documents while
     * they have a line.
     */
    private static final Map<EntityName, List<Grant>> RIGHTS = Map.of(
            LINE,
            List.of(when(exists("Line_Doc", Direction.FORWARD, HAS_STATE))),
            REMARK,
            List.of(when(exists("Remark_Line", Direction.FORWARD, exists("Line_Doc", Direction.FORWARD, HAS_STATE)))),
            DOC,
            List.of(when(exists("Line_Doc", Direction.BACKWARD, Condition.always()))));

    private static Condition exists(String association, Direction direction, Condition where) {
        Association found = association(association);
        boolean forward = direction == Direction.FORWARD;
        return new Condition.Exists(
                new Hop(found, direction, forward ? found.from() : found.to(), forward ? found.to() : found.from(), 0),
                where);
    }

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

    /** A pair that the store holds. */
    private record Pair(String association, long from, long to) {}

    /** The ties of a group, with the answers of a store that holds these pairs. */
    private static Ties ties(List<Pair> stored, List<PartWork> group) {
        Ties ties = Ties.of(MODEL, group);
        for (List<Ties.Question> open = ties.questions(); !open.isEmpty(); open = ties.questions()) {
            open.forEach(question -> answer(question, stored, ties));
        }
        return ties;
    }

    private static void answer(Ties.Question question, List<Pair> stored, Ties ties) {
        OwnedEnd end = question.end();
        for (Pair pair : stored) {
            if (pair.association().equals(end.association().name().name())) {
                Object near = end.direction() == Direction.FORWARD ? pair.from() : pair.to();
                Object far = end.direction() == Direction.FORWARD ? pair.to() : pair.from();
                if (question.ids().contains(near)
                        && question.among().map(among -> among.contains(far)).orElse(true)) {
                    ties.tie(end, near, far);
                }
            }
        }
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
                new BatchId(UUID.randomUUID()),
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
        return waves(List.of(), group);
    }

    private static List<List<Change>> waves(List<Pair> stored, PartWork... group) {
        return Waves.of(MODEL, List.of(group), ties(stored, List.of(group))).stream()
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
        void a_delete_comes_after_what_was_done_before_to_those_that_refer_to_it_and_to_no_others() {
            Change doc = update(DOC, 7, set(DOC, "Title"));
            Change named = update(DOC, 8, refer("Doc_Owner", 1));
            Change other = update(DOC, 9, set(DOC, "Title"));
            Change gone = delete(PERSON, 1);
            Change after = update(DOC, 7, set(DOC, "Title"));

            assertThat(waves(
                            List.of(new Pair("Doc_Owner", 7, 1)),
                            part(doc),
                            part(named),
                            part(gone),
                            part(other),
                            part(after)))
                    .containsExactly(List.of(doc, named, other), List.of(gone), List.of(after));
        }

        @Test
        void what_goes_with_a_delete_is_apart_and_what_refers_to_that_as_well() {
            Change line = create(LINE, 1, refer("Line_Doc", 1));
            Change remark = update(REMARK, 3, set(REMARK, "Text"));
            Change other = update(REMARK, 4, set(REMARK, "Text"));
            Change gone = delete(DOC, 1);
            Change onLine = create(REMARK, 5, refer("Remark_Line", 5));

            assertThat(waves(
                            List.of(new Pair("Line_Doc", 5, 1), new Pair("Remark_Line", 3, 5)),
                            part(line),
                            part(remark, other),
                            part(gone),
                            part(onLine)))
                    .containsExactly(List.of(line, remark, other), List.of(gone), List.of(onLine));
        }

        @Test
        void what_both_ends_own_is_written_at_both() {
            Change added = update(REMARK, 1, new MemberValue.TargetsEdit(end("Remark_Tags"), List.of(2L), List.of(3L)));
            Change gone = delete(REMARK, 2);
            List<Change> tags = Stream.of(1, 2, 3, 4, 5)
                    .map(id -> update(TAG, id, set(TAG, "Label")))
                    .toList();

            assertThat(waves(
                            List.of(new Pair("Remark_Tags", 1, 4), new Pair("Remark_Tags", 2, 5)),
                            part(added, gone),
                            part(false, tags)))
                    .containsExactly(
                            List.of(added, gone, tags.getFirst()),
                            List.of(tags.get(1), tags.get(2), tags.get(3), tags.get(4)));
        }

        @Test
        void nothing_is_asked_of_the_store_that_the_group_cannot_meet() {
            List<PartWork> deletes = List.of(part(delete(TAG, 1), delete(LEAF, 1)), part(delete(TAG, 2)));
            List<PartWork> mixed =
                    List.of(part(delete(TAG, 1)), part(update(DOC, 7, refer("Doc_Owner", 8))), part(delete(TAG, 2)));

            assertThat(Ties.of(MODEL, deletes).questions()).isEmpty();
            assertThat(Ties.of(MODEL, mixed).questions())
                    .containsExactly(new Ties.Question(
                            new OwnedEnd(association("Doc_Tags"), Direction.BACKWARD),
                            Set.of(1L, 2L),
                            Optional.of(Set.of(7L))));
        }

        @Test
        void deletes_and_writes_of_what_might_refer_to_them_are_few_waves_however_they_are_mixed() {
            Random random = new Random(7);
            PartWork[] group = IntStream.range(0, 48)
                    .mapToObj(lane -> part(
                            false,
                            IntStream.range(0, 36)
                                    .mapToObj(i -> switch (random.nextInt(3)) {
                                        case 0 -> delete(TAG, lane * 100L + i);
                                        case 1 -> create(DOC, lane * 100L + i, set(DOC, "Title"));
                                        default -> create(TAG, lane * 100L + i + 50);
                                    })
                                    .toList()))
                    .toArray(PartWork[]::new);

            assertThat(waves(group)).hasSize(1);
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

            List<PartWork> group = List.of(part(true, List.of(first, second)), part(other));

            assertThat(Waves.of(MODEL, group, Ties.of(MODEL, group)))
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
                                        default -> delete(DOC, i % 50);
                                    })
                                    .toList()))
                    .toArray(PartWork[]::new);
            List<Pair> stored = IntStream.range(0, 10_000)
                    .mapToObj(i -> new Pair("Line_Doc", i, i % 500))
                    .toList();
            long start = System.nanoTime();

            assertThat(Waves.of(MODEL, List.of(group), ties(stored, List.of(group))).stream()
                            .mapToInt(List::size)
                            .sum())
                    .isEqualTo(100_000);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Nested
    class Generated {
        /** What the store holds, and what any change of the group would add. */
        private List<Pair> pairs = List.of();

        /** What the group names. */
        private Set<String> named = Set.of();

        /** Whether the later of two units may see or undo what the earlier does, by this model's own words. */
        private boolean concerns(ApplyUnit earlier, ApplyUnit later) {
            return anyPair(earlier, later, this::meets)
                    || (!earlier.part().lane().equals(later.part().lane())
                            && anyPair(
                                    earlier,
                                    later,
                                    (one, other) ->
                                            meet(written(one), targets(other)) || meet(written(other), targets(one))))
                    || anyPair(earlier, later, (one, other) -> alters(one, other))
                    || (isLate(earlier) && anyPair(earlier, later, (one, other) -> alters(other, one)));
        }

        private boolean isLate(ApplyUnit unit) {
            return !(unit instanceof ApplyUnit.Single) || unit.part().last();
        }

        private boolean anyPair(ApplyUnit earlier, ApplyUnit later, BiPredicate<Change, Change> test) {
            return changes(earlier).stream()
                    .anyMatch(one -> changes(later).stream().anyMatch(other -> test.test(one, other)));
        }

        private boolean meets(Change one, Change other) {
            return meet(written(one), written(other))
                    || meet(made(one), targets(other))
                    || meet(made(other), targets(one));
        }

        /** What meets elsewhere is written one by one anyway. */
        private boolean meet(Set<String> some, Set<String> others) {
            return some.stream().anyMatch(place -> others.contains(place) && named.contains(place));
        }

        private String place(EntityName entity, Object id) {
            return entity + " " + id;
        }

        private Set<String> made(Change change) {
            Set<String> all = new HashSet<>();
            if (!(change instanceof Change.Update)) {
                all.add(place(change.entity(), change.id()));
            }
            if (change instanceof Change.Delete && change.entity().equals(DOC)) {
                referring("Line_Doc", change.id()).forEach(line -> all.add(place(LINE, line)));
            }
            return all;
        }

        /** Documents lose owners, tags and what is next; lines go with their document, remarks lose their line and their tags. */
        private Set<String> written(Change change) {
            Set<String> all = made(change);
            all.add(place(change.entity(), change.id()));
            if (change instanceof Change.Delete) {
                switch (change.entity().toString()) {
                    case "Desk.Person" -> referring("Doc_Owner", change.id()).forEach(doc -> all.add(place(DOC, doc)));
                    case "Desk.Tag" -> {
                        referring("Doc_Tags", change.id()).forEach(doc -> all.add(place(DOC, doc)));
                        referring("Remark_Tags", change.id()).forEach(remark -> all.add(place(REMARK, remark)));
                    }
                    case "Desk.Doc" -> {
                        referring("Doc_Next", change.id()).forEach(doc -> all.add(place(DOC, doc)));
                        referring("Line_Doc", change.id())
                                .forEach(line -> referring("Remark_Line", line)
                                        .forEach(remark -> all.add(place(REMARK, remark))));
                    }
                    case "Desk.Line" ->
                        referring("Remark_Line", change.id()).forEach(remark -> all.add(place(REMARK, remark)));
                    case "Desk.Remark" -> tagsOf(change.id()).forEach(tag -> all.add(place(TAG, tag)));
                    default -> {}
                }
            }
            for (MemberValue member : Change.members(change)) {
                if (member instanceof MemberValue.TargetsEdit edit
                        && member.member().equals("Desk.Remark_Tags")) {
                    EntityName far = edit.end().target();
                    (far.equals(TAG) ? tagsOf(change.id()) : referring("Remark_Tags", change.id()))
                            .forEach(id -> all.add(place(far, id)));
                    edit.remove().forEach(id -> all.add(place(far, id)));
                }
            }
            return all;
        }

        private List<Long> referring(String association, Object target) {
            return pairs.stream()
                    .filter(pair -> pair.association().equals(association) && target.equals(pair.to()))
                    .map(Pair::from)
                    .toList();
        }

        private List<Long> tagsOf(Object remark) {
            return pairs.stream()
                    .filter(pair -> pair.association().equals("Remark_Tags") && remark.equals(pair.from()))
                    .map(Pair::to)
                    .toList();
        }

        private Set<String> targets(Change change) {
            return Change.members(change).stream()
                    .flatMap(member -> member.ownedEnd().stream()
                            .flatMap(end -> ids(member).map(id -> place(end.target(), id))))
                    .collect(Collectors.toSet());
        }

        private Stream<String> places(Change change) {
            Stream<String> removed = Change.members(change).stream()
                    .flatMap(member -> member instanceof MemberValue.TargetsEdit edit
                            ? edit.remove().stream().map(id -> place(edit.end().target(), id))
                            : Stream.empty());
            return Stream.of(Stream.of(place(change.entity(), change.id())), targets(change).stream(), removed)
                    .flatMap(all -> all);
        }

        private Stream<Object> ids(MemberValue member) {
            return switch (member) {
                case MemberValue.OfAttribute _ -> Stream.empty();
                case MemberValue.Reference set -> set.target().stream();
                case MemberValue.Targets set -> set.targets().stream();
                case MemberValue.TargetsEdit edit -> edit.add().stream();
            };
        }

        private Stream<Pair> namedPairs(Change change) {
            return Change.members(change).stream()
                    .flatMap(member -> member.ownedEnd().stream()
                            .flatMap(end -> ids(member).map(id -> {
                                long near = (Long) change.id();
                                long far = (Long) id;
                                boolean forward = end.direction() == Direction.FORWARD;
                                return new Pair(
                                        end.association().name().name(), forward ? near : far, forward ? far : near);
                            })));
        }

        /** Whether the first changes what the rights of the second read of other objects. */
        private boolean alters(Change first, Change second) {
            boolean state = first instanceof Change.Update && writes(first, "State");
            boolean lines = first instanceof Change.Delete
                    ? first.entity().equals(LINE) || first.entity().equals(DOC)
                    : writes(first, "Desk.Line_Doc");
            return !(second instanceof Change.Create)
                    && switch (second.entity().toString()) {
                        case "Desk.Line" -> state;
                        case "Desk.Remark" ->
                            state
                                    || (first instanceof Change.Update && lines)
                                    || (first instanceof Change.Delete
                                            && first.entity().equals(DOC));
                        case "Desk.Doc" -> lines;
                        default -> false;
                    };
        }

        private boolean writes(Change change, String name) {
            return Change.members(change).stream()
                    .anyMatch(member -> member.member().equals(name));
        }

        private PartWork random(Random random) {
            Change[] changes = new Change[1 + random.nextInt(6)];
            Arrays.setAll(changes, _ -> change(random));
            PartWork part = part(random.nextInt(8) == 0, List.of(changes));
            return random.nextInt(8) == 0 ? part.atLast() : part;
        }

        private Change change(Random random) {
            EntityName entity =
                    List.of(PERSON, DOC, DOC, LINE, LINE, TAG, LEAF, REMARK).get(random.nextInt(8));
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
                case "Desk.Remark" ->
                    switch (random.nextInt(3)) {
                        case 0 -> new MemberValue[] {refer("Remark_Line", target)};
                        case 1 -> new MemberValue[] {tagged(Direction.FORWARD, target)};
                        default -> new MemberValue[] {set(REMARK, "Text")};
                    };
                case "Desk.Person" -> new MemberValue[] {set(PERSON, "Name")};
                case "Desk.Tag" ->
                    new MemberValue[] {random.nextInt(3) == 0 ? tagged(Direction.BACKWARD, target) : set(TAG, "Label")};
                default -> new MemberValue[] {set(LEAF, "Text")};
            };
        }

        private MemberValue tagged(Direction direction, long target) {
            return new MemberValue.TargetsEdit(
                    new OwnedEnd(association("Remark_Tags"), direction), List.of(target), List.of(1L));
        }

        /** Also of objects that the group does not know. */
        private List<Pair> stored(Random random) {
            return Stream.generate(() -> new Pair(
                            List.of("Doc_Owner", "Doc_Next", "Line_Doc", "Doc_Tags", "Remark_Line", "Remark_Tags")
                                    .get(random.nextInt(6)),
                            random.nextInt(9),
                            random.nextInt(9)))
                    .limit(random.nextInt(20))
                    .toList();
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
        void waves_are_as_a_slow_checker_wants_them_and_no_more_than_needed(long seed) {
            Random random = new Random(seed);
            for (int round = 0; round < 150; round++) {
                List<PartWork> group = Stream.generate(() -> random(random))
                        .limit(1 + random.nextInt(6))
                        .toList();
                check(group, stored(random), "seed " + seed + ", round " + round);
            }
        }

        private int placeOf(Map<ApplyUnit, Integer> places, ApplyUnit unit) {
            return places.getOrDefault(unit, -1);
        }

        private void check(List<PartWork> group, List<Pair> stored, String where) {
            List<ApplyUnit> serial = group.stream()
                    .flatMap(part -> part.atomic()
                            ? Stream.of(new ApplyUnit.Whole(part))
                            : WriteOrder.of(MODEL, part.steps()).stream().map(unit -> Waves.unit(part, unit)))
                    .toList();
            pairs = Stream.concat(
                            stored.stream(),
                            serial.stream()
                                    .flatMap(unit -> changes(unit).stream())
                                    .flatMap(this::namedPairs))
                    .toList();
            named = serial.stream()
                    .flatMap(unit -> changes(unit).stream())
                    .flatMap(this::places)
                    .collect(Collectors.toSet());
            List<List<ApplyUnit>> waves = Waves.of(MODEL, group, ties(stored, group));
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
