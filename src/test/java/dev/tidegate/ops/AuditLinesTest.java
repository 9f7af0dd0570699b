package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.RequestTrail;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.testing.CapturedLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditLinesTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-28T10:15:30.5Z"), ZoneOffset.UTC);
    private static final UUID ERROR = UUID.fromString("e0000000-0000-4000-8000-000000000001");

    private final AuditLines audit =
            new AuditLines(CLOCK, () -> Optional.of(new RequestTrail("r-1", Optional.empty())));

    private CapturedLog lines(Observation... seen) {
        try (CapturedLog log = CapturedLog.of("tidegate.audit")) {
            List.of(seen).forEach(audit::see);
            return log;
        }
    }

    @Test
    void each_act_is_a_line_that_says_who_what_and_which() {
        assertThat(lines(
                                SampleActs.created("w1"),
                                SampleActs.accepted(),
                                SampleActs.denied(),
                                new Observation.DeskUsed(Observation.DeskAction.DISCARD, "otto", ERROR, false),
                                SampleActs.refusedModel(),
                                new Observation.OperatorCalled("otto", "GET", "/admin/stores", "r-1"),
                                new Observation.AccessRefused(
                                        Optional.of("ada"),
                                        "PATCH",
                                        "/v1/profiles/Web/objects/FieldService.WorkOrder/w1",
                                        Optional.of(SampleActs.WORK_ORDER),
                                        ProblemCode.PROFILE_NOT_ALLOWED,
                                        "r-1"))
                        .lines())
                .containsExactly(
                        "{\"time\":\"2026-11-28T10:15:30.500Z\",\"action\":\"create\",\"caller\":\"ada\",\"profile\":\"NativeMobile\","
                                + "\"entity\":\"FieldService.WorkOrder\",\"id\":\"w1\",\"repeated\":false,\"request\":\"r-1\"}",
                        "{\"time\":\"2026-11-28T10:15:30.500Z\",\"action\":\"submit\",\"caller\":\"ada\",\"profile\":\"NativeMobile\","
                                + "\"client\":\"" + SampleActs.CLIENT + "\",\"batch\":\"" + SampleActs.BATCH
                                + "\",\"operations\":7,\"repeated\":false,\"request\":\"r-1\"}",
                        "{\"time\":\"2026-11-28T10:15:30.500Z\",\"action\":\"apply\",\"caller\":\"ada\",\"profile\":\"NativeMobile\","
                                + "\"client\":\"" + SampleActs.CLIENT + "\",\"batch\":\"" + SampleActs.BATCH
                                + "\",\"store\":\"field\",\"operations\":[{\"index\":0,\"op\":\"update\",\"entity\":\"FieldService.WorkOrder\","
                                + "\"id\":\"w1\",\"outcome\":\"rejected\",\"code\":\"access-denied\"}],\"more\":false}",
                        "{\"time\":\"2026-11-28T10:15:30.500Z\",\"action\":\"discard\",\"caller\":\"otto\",\"error\":\""
                                + ERROR + "\",\"corrected\":false,\"request\":\"r-1\"}",
                        "{\"time\":\"2026-11-28T10:15:30.500Z\",\"action\":\"reload\",\"caller\":\"otto\","
                                + "\"outcome\":\"refused\",\"model\":\"0123456789abcdef\"}",
                        "{\"time\":\"2026-11-28T10:15:30.500Z\",\"action\":\"operate\",\"caller\":\"otto\",\"method\":\"GET\","
                                + "\"path\":\"/admin/stores\",\"request\":\"r-1\"}",
                        "{\"time\":\"2026-11-28T10:15:30.500Z\",\"action\":\"refuse\",\"caller\":\"ada\",\"method\":\"PATCH\","
                                + "\"path\":\"/v1/profiles/Web/objects/FieldService.WorkOrder/w1\","
                                + "\"entity\":\"FieldService.WorkOrder\",\"code\":\"profile-not-allowed\",\"request\":\"r-1\"}");
    }

    @Test
    void what_nobody_did_to_anything_is_no_line() {
        assertThat(lines(
                                new Observation.ReadServed(SampleActs.WORK_ORDER, 20, Duration.ofMillis(3)),
                                new Observation.Refused(
                                        Observation.Flow.READ, Optional.empty(), ProblemCode.MALFORMED_REQUEST))
                        .lines())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "two\nlines\r\n",
                "\"quotes\" and \\ and {\"action\":\"create\"}",
                "nul \u0000, escape \u001b[31m",
                "\u2028 \u2029 \u0085 \u202e",
                "\ud83d\ude00 and half of one \ud83d",
                ""
            })
    void whatever_a_text_holds_it_is_one_line_of_json(String text) {
        CapturedLog log = lines(
                SampleActs.created(text),
                new Observation.OperatorCalled(text, text, text, "r-1"),
                new Observation.AccessRefused(
                        Optional.of(text), text, text, Optional.empty(), ProblemCode.ACCESS_DENIED, "r-1"));

        assertThat(log.lines()).hasSize(3).allMatch(line -> line.matches("[ -~]+"));
        assertThat(log.objects().getFirst().get("id").textValue()).isEqualTo(text);
        assertThat(log.objects().getLast().get("path").textValue()).isEqualTo(text);
    }

    @Test
    void a_character_that_json_does_not_escape_is_replaced() {
        assertThat(lines(SampleActs.created("a\u007fb"))
                        .objects()
                        .getFirst()
                        .get("id")
                        .textValue())
                .isEqualTo("a\ufffdb");
    }

    @Test
    void very_long_texts_are_cut() {
        CapturedLog log = lines(SampleActs.created("x".repeat(100_000)));

        assertThat(log.objects().getFirst().get("id").textValue()).hasSize(JsonLine.LONGEST_TEXT);
    }

    @Test
    void a_long_batch_goes_on_in_further_lines_that_have_all_of_it() {
        CapturedLog log = lines(SampleActs.settled(IntStream.range(0, 10_000)
                .mapToObj(i -> new Observation.SettledOperation(
                        i,
                        Observation.WriteKind.CREATE,
                        Optional.of(SampleActs.WORK_ORDER),
                        Optional.of("\u0000".repeat(i % 300)),
                        Observation.Outcome.APPLIED,
                        Optional.empty()))
                .toList()));
        List<JsonNode> lines = log.objects();

        assertThat(log.lines()).allMatch(line -> line.length() < 16 * 1024);

        assertThat(lines.stream()
                        .flatMap(line ->
                                StreamSupport.stream(line.get("operations").spliterator(), false))
                        .map(operation -> operation.get("index").intValue()))
                .containsExactlyElementsOf(IntStream.range(0, 10_000).boxed().toList());
        assertThat(lines).allMatch(line -> line.get("batch").textValue().equals(SampleActs.BATCH.toString()));
        assertThat(lines.getLast().get("more").booleanValue()).isFalse();
        assertThat(lines.subList(0, lines.size() - 1))
                .allMatch(line -> line.get("more").booleanValue());
    }

    @Test
    void nothing_is_written_when_it_is_off() {
        Logger category = Logger.getLogger("tidegate.audit");
        category.setLevel(Level.OFF);
        try {
            assertThat(lines(SampleActs.created("w1")).lines()).isEmpty();
        } finally {
            category.setLevel(null);
        }
    }
}
