package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies that nobody should send, sent to every call that takes one. */
@QuarkusTest
class HostileBodiesTest extends HostileInput {
    private static final String QUERY = """
            {"entity":"FieldService.StockLevel","constraint":"[Quantity < $most]","parameters":{"most":10},\
            "attributes":["Quantity"],"sort":[{"path":"Quantity","order":"desc"}],"limit":2,"count":true}""";
    private static final String BATCH = """
            {"batchId":"0f1c2b3a-0000-4000-8000-000000000001","clientId":"5d7a0000-0000-4000-8000-000000000001",\
            "operations":[{"op":"update","entity":"FieldService.WorkOrder","id":"7b000000-0000-4000-8000-000000000002",\
            "baseVersion":"41","attributes":{"Title":"x"},"associations":{}}]}""";
    private static final String CREATE = """
            {"attributes":{"Title":"x"},"associations":{"FieldService.Task_Parent":null}}""";
    private static final String CHECKS = """
            {"roles":["Engineer"],"queries":[{"name":"q","entity":"FieldService.Site","constraint":"[Name = 'x']"}],\
            "writes":[{"name":"w","op":"create","entity":"FieldService.Site","members":["Name"]}]}""";

    record Call(String path, String valid) {}

    static List<Call> calls() {
        return List.of(
                new Call(NATIVE + "/echo", "{\"text\":\"abc\"}"),
                new Call(NATIVE + "/queries", QUERY),
                new Call(NATIVE + "/batches", BATCH),
                new Call(NATIVE + "/checks", CHECKS),
                // what a body that is right after all creates here, no other test counts
                new Call("/v1/profiles/WebOffline/objects/FieldService.Task", CREATE));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void broken_json_is_refused(Call call) {
        String valid = call.valid();
        for (String body : List.of(
                "",
                " ",
                "{",
                "[",
                "}",
                "]",
                "null",
                "true",
                "0",
                "\"\"",
                "[]",
                "[{}]",
                "{}{}",
                valid + valid,
                valid + "x",
                valid + ",",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":NaN}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":/**/1}",
                "<xml/>",
                "a=b&c=d",
                "\u0000",
                valid.substring(0, valid.length() / 2),
                valid.replaceFirst("\\{", "{\"\":1,"),
                valid.replace('"', '\''),
                "{\"a\":\"\\u0000\"}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":1,\"a\":1}",
                valid.replaceFirst("\\{", "{\"unknown\":1,"))) {
            refused(call.path(), body.getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void bytes_that_are_no_utf8_are_refused(Call call) {
        byte[] valid = call.valid().getBytes(StandardCharsets.UTF_8);
        valid[valid.length / 2] = (byte) 0xff;
        refused(call.path(), valid);
        refused(call.path(), call.valid().getBytes(StandardCharsets.UTF_16));
        refused(call.path(), call.valid().getBytes(StandardCharsets.UTF_16LE));
        refused(call.path(), new byte[] {(byte) 0xc0, (byte) 0x80});
    }

    @ParameterizedTest
    @MethodSource("calls")
    void deep_long_and_huge_bodies_are_refused(Call call) {
        refused(call.path(), text("{\"a\":" + "[".repeat(100_000)));
        refused(call.path(), text("{\"a\":".repeat(100_000)));
        refused(call.path(), text("{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}"));
        refused(call.path(), text("{\"a\":" + "9".repeat(100_000) + "}"));
        refused(call.path(), text("{\"a\":1e999999999}"));
        refused(call.path(), text("{\"" + "a".repeat(1_000_000) + "\":1}"));
        refused(call.path(), text("{\"a\":[" + "0,".repeat(2_000_000) + "0]}"));
        refused(call.path(), text("{\"a\":\"" + "x".repeat(11 << 20) + "\"}"));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void compressed_bombs_and_what_only_says_that_it_is_compressed_are_refused(Call call) {
        for (byte[] body :
                List.of(gzip(new byte[100 << 20]), text(call.valid()), new byte[0], halved(gzip(text(call.valid()))))) {
            assertRefused(send(request(call.path())
                    .header("Content-Type", "application/json")
                    .header("Content-Encoding", "gzip")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build()));
        }
        for (String encoding : List.of("br", "deflate", "gzip, gzip", "x", "zstd")) {
            assertRefused(send(request(call.path())
                    .header("Content-Type", "application/json")
                    .header("Content-Encoding", encoding)
                    .POST(HttpRequest.BodyPublishers.ofString(call.valid()))
                    .build()));
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void every_member_with_every_other_type_is_answered_soundly(Call call) throws JsonProcessingException {
        JsonNode valid = JSON.readTree(call.valid());
        List<String> others = List.of(
                "null",
                "true",
                "0",
                "-1",
                "1.5",
                "99999999999999999999",
                "1e300",
                "\"\"",
                "\"x\"",
                "\"\\ud83d\\ude00\"",
                "[]",
                "[null]",
                "[[]]",
                "[1]",
                "[\"x\"]",
                "{}",
                "{\"x\":1}",
                "[{}]");
        for (Map.Entry<String, JsonNode> member : valid.properties()) {
            for (String other : others) {
                String body = call.valid()
                        .replace(
                                "\"" + member.getKey() + "\":" + member.getValue(),
                                "\"" + member.getKey() + "\":" + other);
                assertSound(post(call.path(), text(body)), body);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void damaged_bodies_are_answered_soundly(Call call) {
        long seed = Optional.ofNullable(System.getProperty("hostile.seed"))
                .map(Long::parseLong)
                .orElseGet(System::nanoTime);
        System.out.println("hostile.seed=" + seed + " for " + call.path());
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] body = damaged(text(call.valid()), random);
            assertSound(post(call.path(), body), new String(body, StandardCharsets.ISO_8859_1));
        }
    }

    private static byte[] damaged(byte[] valid, Random random) {
        byte[] body = valid.clone();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(body.length);
            switch (random.nextInt(4)) {
                case 0 -> body[at] = (byte) random.nextInt(256);
                case 1 -> body[at] = (byte) "{}[]\",:0-.e\\ntf$'%/".charAt(random.nextInt(19));
                case 2 -> body = without(body, at);
                default -> body = repeated(body, at, Math.min(body.length - at, 1 + random.nextInt(20)));
            }
        }
        return body;
    }

    private static byte[] without(byte[] body, int at) {
        byte[] shorter = new byte[body.length - 1];
        System.arraycopy(body, 0, shorter, 0, at);
        System.arraycopy(body, at + 1, shorter, at, body.length - at - 1);
        return shorter;
    }

    private static byte[] repeated(byte[] body, int at, int length) {
        byte[] longer = new byte[body.length + length];
        System.arraycopy(body, 0, longer, 0, at + length);
        System.arraycopy(body, at, longer, at + length, body.length - at);
        return longer;
    }

    private static byte[] halved(byte[] body) {
        return Arrays.copyOf(body, body.length / 2);
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
