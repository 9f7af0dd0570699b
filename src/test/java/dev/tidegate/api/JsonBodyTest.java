package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.problem.Place;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {

    @Test
    void values_become_those_of_the_jdk() {
        Map<String, @Nullable Object> read = read("""
                {"s":"é😀","i":-1,"l":9007199254740993,"b":123456789012345678901234567890,"d":1.50,"t":true,"n":null,
                 "list":[1,[]],"o":{"x":{}}}""");

        assertThat(read)
                .containsEntry("s", "é😀")
                .containsEntry("i", -1)
                .containsEntry("l", 9007199254740993L)
                .containsEntry("b", new BigInteger("123456789012345678901234567890"))
                .containsEntry("d", new BigDecimal("1.50"))
                .containsEntry("t", true)
                .containsEntry("n", null)
                .containsEntry("list", List.of(1, List.of()))
                .containsEntry("o", Map.of("x", Map.of()));
        assertThat(read.keySet()).containsExactly("s", "i", "l", "b", "d", "t", "n", "list", "o");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[",
                "[]",
                "[{}]",
                "null",
                "1",
                "\"a\"",
                "true",
                "{}{}",
                "{} x",
                "{},",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":5.}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":tru}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":[1,]}",
                "{\"a\":[1}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"",
                "{\"a\":\"\n\"}",
                "{\"a\":1/*c*/}",
                "{\"a\":1}//c",
                "{\"a\":0x1}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "<a/>",
                "a=b",
                "{\"a\":1e99999999999}",
                "{\"a\":1e401}",
                "{\"a\":1e-999999999}"
            })
    void what_is_not_one_json_object_is_malformed(String text) {
        assertThat(refused(text).code()).isEqualTo(ProblemCode.MALFORMED_REQUEST);
    }

    @Test
    void a_member_may_occur_once_in_an_object() {
        assertThat(refused("{\"o\":[{\"a\":1,\"b\":2,\"a\":1}]}"))
                .isEqualTo(Violation.at(
                        "/o/0/a",
                        ProblemCode.MALFORMED_REQUEST,
                        "Member 'a' occurs twice in one object. Send it once."));
    }

    @Test
    void text_that_no_store_can_keep_is_refused_where_it_stands() {
        assertThat(refused("{\"a\":{\"b\":\"x\\u0000\"}}").place()).isEqualTo(new Place.AtPointer("/a/b"));
        assertThat(refused("{\"a\":\"\\ud800\"}").place()).isEqualTo(new Place.AtPointer("/a"));
        assertThat(refused("{\"a\":\"\\udc00\\ud800\"}").place()).isEqualTo(new Place.AtPointer("/a"));
        assertThat(refused("{\"\\u0000\":1}").code()).isEqualTo(ProblemCode.MALFORMED_REQUEST);
    }

    @Test
    void bytes_that_are_no_utf8_are_refused() {
        for (byte[] bytes : List.of(
                new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
                new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'},
                new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'},
                new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xe2, (byte) 0x82},
                "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE),
                "{\"a\":1}".getBytes(StandardCharsets.UTF_16))) {
            assertThat(refused(bytes).code()).as(Arrays.toString(bytes)).isEqualTo(ProblemCode.MALFORMED_REQUEST);
        }
    }

    @Test
    void depth_digits_and_number_of_values_are_limited() {
        assertThat(refused("{\"a\":" + "[".repeat(200_000)).code()).isEqualTo(ProblemCode.LIMIT_EXCEEDED);
        assertThat(refused("{\"a\":".repeat(200_000)).code()).isEqualTo(ProblemCode.LIMIT_EXCEEDED);
        assertThat(refused("{\"a\":" + "9".repeat(401) + "}"))
                .isEqualTo(Violation.at(
                        "/a",
                        ProblemCode.LIMIT_EXCEEDED,
                        "A number has more than 400 characters (line 1, column 407)."));
        assertThat(refused("{\"a\":[" + "1,".repeat(JsonBody.MOST_VALUES) + "1]}")
                        .code())
                .isEqualTo(ProblemCode.LIMIT_EXCEEDED);
        assertThat(refused("{\"" + "n".repeat(100_000) + "\":1}").code()).isEqualTo(ProblemCode.LIMIT_EXCEEDED);
    }

    @Test
    void what_is_just_within_the_limits_is_read() {
        assertThat(read("{\"a\":" + "[".repeat(99) + "]".repeat(99) + "}")).hasSize(1);
        assertThat(read("{\"a\":" + "9".repeat(400) + ",\"b\":1e400,\"c\":1e-399,\"d\":\"" + "x".repeat(1 << 20)
                        + "\"}"))
                .hasSize(4);
    }

    private static Map<String, @Nullable Object> read(String text) {
        return JsonBody.parse(text.getBytes(StandardCharsets.UTF_8)).orRefuse();
    }

    private static Violation refused(String text) {
        return refused(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Violation refused(byte[] bytes) {
        return switch (JsonBody.parse(bytes)) {
            case Result.Ok<Map<String, @Nullable Object>> ok -> throw new AssertionError("was read as " + ok.value());
            case Result.Refused<Map<String, @Nullable Object>> refused ->
                refused.violations().getFirst();
        };
    }
}
