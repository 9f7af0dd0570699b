package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Constraints, batches, query strings and ids that nobody can mean. */
@QuarkusTest
class HostileTextsTest extends HostileInput {

    @Test
    void constraints_that_nobody_can_mean_are_refused() {
        for (String constraint : List.of(
                "[".repeat(16_384),
                "[" + "(".repeat(16_000),
                "[".repeat(8_000) + "]".repeat(8_000),
                "[not(".repeat(3_000),
                "",
                "]",
                "[]",
                "[Quantity]",
                "[Quantity =",
                "[Quantity = 'x",
                "[Quantity = 1][",
                "[1=1",
                "'",
                "--",
                "[Quantity = 1; drop table x]",
                "[Quantity = '\u0000']",
                "[Quantity = 99999999999999999999]",
                "[Quantity = 1e999999999]",
                "[\uD83D\uDE00 = 1]",
                "[Quantity = $]",
                "[Quantity = $unbound]",
                "[" + "Quantity = 1 and ".repeat(900) + "Quantity = 1",
                "x".repeat(20_000),
                "[Quantity = " + "9".repeat(10_000) + "]")) {
            refused(
                    NATIVE + "/queries",
                    text(JSON.createObjectNode()
                            .put("entity", "FieldService.StockLevel")
                            .put("constraint", constraint)
                            .toString()));
        }
    }

    @Test
    void batches_of_nothing_and_of_too_much_are_refused() {
        String envelope =
                "{\"batchId\":\"0f1c2b3a-0000-4000-8000-000000000009\",\"clientId\":\"5d7a0000-0000-4000-8000-000000000009\",";
        refused(NATIVE + "/batches", text(envelope + "\"operations\":[]}"));
        refused(NATIVE + "/batches", text(envelope.substring(0, envelope.length() - 1) + "}"));
        String operation = "{\"op\":\"delete\",\"entity\":\"FieldService.Note\",\"id\":\"x\"}";
        refused(
                NATIVE + "/batches",
                text(envelope + "\"operations\":[" + (operation + ",").repeat(99_999) + operation + "]}"));
    }

    @Test
    void odd_query_strings_are_answered_soundly() {
        for (String query : List.of(
                "limit=-1",
                "limit=x",
                "limit=",
                "limit=10001",
                "limit=1&limit=2",
                "limit=99999999999999999999",
                "offset=-1",
                "offset=2147483648",
                "count=maybe",
                "sort=",
                "sort=,",
                "sort=Nope",
                "sort=Quantity%20upwards",
                "attributes=,",
                "attributes=Nope",
                "unknown=1",
                "=",
                "=x",
                "%",
                "%zz=1",
                "a=%",
                "a=%f",
                "a=%ff",
                "a=%00",
                "constraint=%5B%00%5D",
                "constraint=%ed%a0%80",
                "&&&",
                "$=1",
                "$x=1",
                "expand=a/b/c/d",
                "after=zzz",
                "constraint=%5BQuantity=$most%5D&$most=abc",
                "constraint=" + "%5B".repeat(9_000))) {
            String answer = raw("GET " + NATIVE + "/objects/FieldService.StockLevel?" + query + " HTTP/1.1\r\n"
                    + headers() + "\r\n");
            assertSoundText(answer, query);
        }
    }

    @Test
    void ids_of_the_wrong_type_are_refused() {
        for (String id : List.of(
                "x",
                "1",
                "-1",
                "0",
                "%20",
                "7b000000-0000-4000-8000-00000000000g",
                "%00",
                "%ff",
                "a".repeat(5_000),
                "1-1-1-1-1")) {
            String answer = raw(
                    "GET " + NATIVE + "/objects/FieldService.StockLevel/" + id + " HTTP/1.1\r\n" + headers() + "\r\n");
            assertThat(status(answer)).as(id).isBetween(400, 499);
            assertSoundText(answer, id);
        }
    }
}
