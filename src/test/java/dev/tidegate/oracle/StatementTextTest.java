package dev.tidegate.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.StoreName;
import dev.tidegate.read.RowSource;
import dev.tidegate.read.RowStream;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** No text of a statement holds a value of a user: they are all known by their marks, and are bound. */
class StatementTextTest {
    private static final int WORLDS = 6;
    private static final int QUESTIONS = 100;
    private static final Instant MARKED = Instant.parse("7077-07-17T07:07:07.777Z");
    private static final List<String> MARKS =
            List.of("zq7", "77007700", "770077", "7077-", Long.toString(MARKED.getEpochSecond() / 100));

    private static final Pattern COMPUTED = Pattern.compile("SELECT (count|sum|avg|min|max)\\(");
    private static final Pattern EXPANDED = Pattern.compile(" = ANY\\(|^SELECT \\S+\\.\\*, \\S+\\.id\nFROM unnest\\(");

    private static TrialStore store;

    private final List<String> statements = new ArrayList<>();
    private final List<@Nullable Object> binds = new ArrayList<>();

    /** Remembers what the store was asked. */
    private final class Listener implements RowSource {
        @Override
        public Uni<List<@Nullable Object[]>> rows(StoreName name, SqlQuery query, @Nullable Object[] values) {
            hear(query, values);
            return store.source().rows(name, query, values);
        }

        @Override
        public Uni<RowStream> stream(StoreName name, SqlQuery query, @Nullable Object[] values) {
            hear(query, values);
            return store.source().stream(name, query, values);
        }

        private void hear(SqlQuery query, @Nullable Object[] values) {
            statements.add(query.text());
            for (Object value : values) {
                binds.add(value);
            }
        }
    }

    @BeforeAll
    static void open() {
        store = new TrialStore(ModelMaker.STORE);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void holds_no_value_of_a_constraint_or_a_parameter() {
        long seed = Long.getLong("oracle.seed", 20261126L);
        System.out.println("oracle.seed " + seed);
        int marked = 0;
        for (int world = 0; world < WORLDS; world++) {
            Trial trial = Trial.of(Dice.mixed(seed + world) >>> 1, store.database(), new Listener());
            for (int i = 0; i < QUESTIONS; i++) {
                Question question = trial.question(i, StatementTextTest::marked);
                Trial.Aggregate aggregate = trial.aggregate(question, i);
                for (Uni<Answer> answer :
                        List.of(trial.answer(question), trial.stream(question, 1), trial.answer(question, aggregate))) {
                    assertThat(answer.await().indefinitely())
                            .as(question.toString())
                            .isNotInstanceOf(Answer.Broken.class);
                }
                marked += mark(question.constraint().text()).isPresent() ? 1 : 0;
            }
        }
        assertThat(marked).isGreaterThan(WORLDS * QUESTIONS / 3);
        assertThat(statements).hasSizeGreaterThan(3 * WORLDS * QUESTIONS);
        assertThat(statements.stream().filter(text -> COMPUTED.matcher(text).lookingAt()))
                .hasSizeGreaterThan(WORLDS * QUESTIONS / 2);
        assertThat(statements.stream().filter(text -> EXPANDED.matcher(text).find()))
                .hasSizeGreaterThan(WORLDS * QUESTIONS / 20);
        assertThat(statements)
                .allSatisfy(text -> assertThat(mark(text)).as(text).isEmpty());
        assertThat(binds.stream()
                        .map(String::valueOf)
                        .flatMap(value -> mark(value).stream())
                        .distinct())
                .contains("zq7", "77007700", "770077", "7077-");
    }

    private static Optional<String> mark(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return MARKS.stream().filter(lower::contains).findFirst();
    }

    /** A value of the same type that nothing else looks like, with what means something in SQL. */
    private static Object marked(Object value) {
        return switch (value) {
            case String text -> text + "zq7'; \"\\ $1 -- /* $$";
            case Integer number -> 7_700_770 + Math.floorMod(number, 10);
            case Long number -> 77_007_700_770L + Math.floorMod(number, 10);
            case BigDecimal number -> new BigDecimal("770077." + Math.floorMod(number.intValue(), 100));
            case Instant instant -> MARKED.plusSeconds(Math.floorMod(instant.getEpochSecond(), 60));
            case UUID id -> new UUID(0x7700770077007700L, id.getLeastSignificantBits());
            case Object other -> other;
        };
    }
}
