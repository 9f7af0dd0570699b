package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.tidegate.model.Sha256;
import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import dev.tidegate.upload.FileHash;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploaded files over HTTP, with clients that break off, send nothing more, or take nothing. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
@TestProfile(StreamsTest.Impatient.class)
class FilesTest {
    private static final String MOBILE = "/v1/profiles/NativeMobile/files/";
    private static final int PIECE = 256 * 1024;
    /** As the profile has it. */
    private static final Duration STALL = Duration.ofSeconds(5);

    private final String path = MOBILE + UUID.randomUUID();

    @Inject
    RequestsInHand inHand;

    @Inject
    BodiesInHand bodies;

    @AfterEach
    void nothingIsLeft() {
        Until.holds("no request left in hand", STALL.plusSeconds(3), () -> inHand.count() == 0);
        assertThat(bodies.held()).isZero();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static RequestSpecification as(String name) {
        return given().auth().preemptive().basic(name, name);
    }

    private static RequestSpecification sending(byte[] bytes) {
        return as("ada").contentType("application/octet-stream").body(bytes);
    }

    private static FileHash hash(byte[] bytes) {
        return FileHash.of(Sha256.begin().digest(bytes));
    }

    private static String digest(byte[] bytes) {
        return "sha-256=:" + hash(bytes).base64() + ":";
    }

    private Response part(byte[] content, int from, int to) {
        return sending(Arrays.copyOfRange(content, from, to))
                .header("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length)
                .put(path);
    }

    private Response upload(byte[] content) {
        return sending(content).put(path);
    }

    private static void problem(Response answer, int status, String code) {
        answer.then().statusCode(status).contentType("application/problem+json").body("code", is(code));
    }

    @Nested
    class An_upload {
        @Test
        void of_a_whole_is_answered_when_it_is_durable_and_comes_back_byte_by_byte() {
            byte[] content = random(3 * PIECE + 17);

            sending(content)
                    .header("Content-Digest", digest(content))
                    .put(path)
                    .then()
                    .statusCode(201)
                    .header("Upload-Offset", is(Integer.toString(content.length)))
                    .header("Upload-Complete", is("?1"))
                    .header("Repr-Digest", is(digest(content)))
                    .header("ETag", is('"' + hash(content).hex() + '"'));
            Response back = as("ada").get(path);

            back.then()
                    .statusCode(200)
                    .contentType("application/octet-stream")
                    .header("Content-Length", is(Integer.toString(content.length)))
                    .header("Accept-Ranges", is("bytes"))
                    .header("Content-Disposition", is("attachment"))
                    .header("Cache-Control", is("private, no-store"))
                    .header("X-Content-Type-Options", is("nosniff"))
                    .header("Tidegate-Model", notNullValue())
                    .header("Repr-Digest", is(digest(content)));
            assertThat(back.asByteArray()).isEqualTo(content);
        }

        @Test
        void in_parts_is_told_how_far_it_is_and_repeated_parts_are_answered_the_same() {
            byte[] content = random(3_000_000);
            part(content, 0, 1_000_000)
                    .then()
                    .statusCode(204)
                    .header("Upload-Offset", is("1000000"))
                    .header("Upload-Complete", is("?0"));
            as("ada")
                    .head(path)
                    .then()
                    .statusCode(204)
                    .header("Upload-Offset", is("1000000"))
                    .header("Upload-Complete", is("?0"));
            problem(as("ada").get(path), 404, "no-such-file");
            part(content, 1_000_000, 2_500_000).then().statusCode(204).header("Upload-Offset", is("2500000"));
            part(content, 0, 1_000_000).then().statusCode(204).header("Upload-Offset", is("2500000"));

            for (int i = 0; i < 2; i++) {
                part(content, 2_500_000, 3_000_000)
                        .then()
                        .statusCode(201)
                        .header("Upload-Complete", is("?1"))
                        .header("Repr-Digest", is(digest(content)));
            }

            as("ada")
                    .head(path)
                    .then()
                    .statusCode(200)
                    .header("Content-Length", is("3000000"))
                    .header("Upload-Offset", is("3000000"))
                    .header("Upload-Complete", is("?1"));
            assertThat(as("ada").get(path).asByteArray()).isEqualTo(content);
        }

        @Test
        void of_nothing_is_a_file() {
            upload(new byte[0]).then().statusCode(201).header("Upload-Offset", is("0"));

            assertThat(as("ada").get(path).asByteArray()).isEmpty();
            problem(as("ada").header("Range", "bytes=0-").get(path), 416, "range-not-satisfiable");
        }

        @Test
        void at_a_wrong_offset_is_told_the_right_one_also_where_nothing_is_known() {
            byte[] content = random(PIECE);
            Response unknown = part(content, 10, content.length);
            problem(unknown, 409, "offset-mismatch");
            unknown.then().header("Upload-Offset", is("0"));
            part(content, 0, 1_000);

            Response answer = part(content, 2_000, 3_000);

            problem(answer, 409, "offset-mismatch");
            answer.then().header("Upload-Offset", is("1000"));
        }

        @Test
        void of_another_content_under_the_same_id_is_refused() {
            upload(random(1_000));

            problem(upload(random(1_001)), 409, "file-id-reused");
            byte[] other = random(1_000);
            other[3] ^= 1;
            problem(upload(other), 409, "file-id-reused");
        }

        @Test
        void that_is_not_what_it_promises_is_not_kept() {
            byte[] content = random(PIECE * 2);

            problem(sending(content).header("Content-Digest", digest(random(3))).put(path), 422, "digest-mismatch");
            as("ada").head(path).then().statusCode(204).header("Upload-Offset", is("0"));
            problem(sending(content).header("Repr-Digest", digest(random(3))).put(path), 422, "digest-mismatch");
            sending(content)
                    .header("Content-Digest", "sha-512=:AAAA:, " + digest(content))
                    .header("Repr-Digest", digest(content))
                    .put(path)
                    .then()
                    .statusCode(201);
        }

        @Test
        void that_is_too_large_is_refused_and_its_connection_goes_on() {
            problem(upload(new byte[17 * 1024 * 1024]), 413, "too-large");
            problem(
                    sending(new byte[10])
                            .header("Content-Range", "bytes 0-9/" + (17 * 1024 * 1024))
                            .put(path),
                    413,
                    "too-large");
        }

        @Test
        void is_kept_as_it_is_sent_so_it_is_not_sent_compressed() {
            problem(sending(random(10)).header("Content-Encoding", "gzip").put(path), 415, "unsupported-media-type");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "bytes 0-9",
                    "bytes 0-9/*",
                    "bytes */10",
                    "bytes 5-3/10",
                    "bytes 0-10/10",
                    "bytes 0-8/10",
                    "items 0-9/10",
                    "bytes 0-9999999999999999999/10",
                    ""
                })
        void with_a_range_that_is_none_is_malformed(String range) {
            problem(sending(random(10)).header("Content-Range", range).put(path), 400, "malformed-request");
        }

        @ParameterizedTest
        @ValueSource(strings = {"sha-256=:AAAA:", "sha-256=AAAA", "sha-512=:AAAA:", "md5=:AAAA:", ":", "sha-256=:?:"})
        void with_a_digest_that_is_none_is_malformed(String digest) {
            problem(sending(random(10)).header("Content-Digest", digest).put(path), 400, "malformed-request");
        }
    }

    @Nested
    class A_download {
        private final byte[] content = random(700_000);

        @ParameterizedTest
        @CsvSource({
            "bytes=0-0, 0, 1",
            "bytes=0-699999, 0, 700000",
            "bytes=262143-262144, 262143, 262145",
            "bytes=600000-, 600000, 700000",
            "bytes=600000-99999999, 600000, 700000",
            "bytes=-1, 699999, 700000",
            "bytes=-9999999, 0, 700000",
            "BYTES = 5 - 9, 5, 10"
        })
        void of_a_range_has_its_bytes(String range, int from, int to) {
            upload(content);

            Response some = as("ada").header("Range", range).get(path);

            some.then()
                    .statusCode(206)
                    .header("Content-Range", is("bytes " + from + "-" + (to - 1) + "/700000"))
                    .header("Content-Length", is(Integer.toString(to - from)));
            assertThat(some.asByteArray()).isEqualTo(Arrays.copyOfRange(content, from, to));
        }

        @ParameterizedTest
        @ValueSource(strings = {"bytes=5-4", "bytes=0-1,5-6", "items=0-1", "bytes=-", "bytes", "bytes=x-1", ""})
        void of_what_is_no_single_range_has_all_bytes(String range) {
            upload(content);

            Response all = as("ada").header("Range", range).get(path);

            all.then().statusCode(200).header("Content-Range", nullValue());
            assertThat(all.asByteArray()).isEqualTo(content);
        }

        @ParameterizedTest
        @ValueSource(strings = {"bytes=700000-", "bytes=700000-700001", "bytes=-0"})
        void of_a_range_beyond_it_is_refused(String range) {
            upload(content);

            Response answer = as("ada").header("Range", range).get(path);

            problem(answer, 416, "range-not-satisfiable");
            answer.then().header("Content-Range", is("bytes */700000"));
        }

        @Test
        void goes_on_with_a_range_only_if_it_is_the_same_file_still() {
            String tag = upload(content).header("ETag");

            as("ada")
                    .header("Range", "bytes=5-9")
                    .header("If-Range", tag)
                    .get(path)
                    .then()
                    .statusCode(206);
            as("ada")
                    .header("Range", "bytes=5-9")
                    .header("If-Range", "\"other\"")
                    .get(path)
                    .then()
                    .statusCode(200);
            as("ada").header("If-None-Match", tag).get(path).then().statusCode(304);
        }

        @Test
        void is_not_compressed_whoever_would_take_that() {
            byte[] text = "tide ".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
            upload(text);

            Response back = as("ada").header("Accept-Encoding", "gzip, br").get(path);

            back.then().header("Content-Length", is("500000")).header("Vary", nullValue());
            assertThat(back.header("Content-Encoding")).isNull();
            assertThat(back.asByteArray()).isEqualTo(text);
        }
    }

    @Nested
    class A_file {
        @Test
        void is_its_callers_alone() {
            byte[] content = random(10);
            String offline = path.replace("NativeMobile", "WebOffline");
            sending(content).put(offline).then().statusCode(201);
            String nobodys = MOBILE + UUID.randomUUID();

            problem(as("dora").get(offline), 404, "no-such-file");
            problem(as("ada").get(nobodys), 404, "no-such-file");
            problem(as("ada").get(MOBILE + "nothing"), 404, "no-such-file");
            as("ada").head(nobodys).then().statusCode(404);
            assertThat(as("ada").get(path).asByteArray()).isEqualTo(content);
        }

        @Test
        void is_for_callers_of_an_offline_profile() {
            byte[] content = random(PIECE);

            problem(given().body(content).put(path), 401, "unauthenticated");
            problem(given().get(path), 401, "unauthenticated");
            problem(as("otto").get(path), 403, "profile-not-allowed");
            problem(sending(content).put("/v1/profiles/Nothing/files/" + UUID.randomUUID()), 404, "unknown-profile");
            problem(
                    as("dora")
                            .contentType("application/octet-stream")
                            .body(content)
                            .put("/v1/profiles/Web/files/" + UUID.randomUUID()),
                    422,
                    "profile-not-offline");
            problem(sending(content).put(MOBILE + "nothing"), 400, "malformed-request");
            problem(sending(content).put(path + "?more=1"), 400, "malformed-request");
        }

        @Test
        void is_uploaded_and_fetched_and_nothing_else() {
            as("ada").delete(path).then().statusCode(405).header("Allow", containsString("PUT"));
        }
    }

    @Nested
    class A_client {
        private Socket connected() throws IOException {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4 * 1024);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), RestAssured.port));
            return socket;
        }

        private void request(Socket socket, String line, String headers) throws IOException {
            String credentials = Base64.getEncoder().encodeToString("ada:ada".getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream()
                    .write((line + " " + path + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Basic " + credentials
                                    + "\r\n" + headers + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        }

        private int offset() {
            String offset = as("ada").head(path).header("Upload-Offset");
            return offset == null ? -1 : Integer.parseInt(offset);
        }

        @Test
        void whose_connection_breaks_goes_on_where_it_broke() throws IOException {
            byte[] content = random(3_000_000);
            try (Socket socket = connected()) {
                request(socket, "PUT", "Content-Length: " + content.length + "\r\n");
                socket.getOutputStream().write(content, 0, 1_500_000);
                Until.holds("five pieces", Duration.ofSeconds(10), () -> offset() == 5 * PIECE);
            }
            Until.holds("noticed", Duration.ofSeconds(3), () -> inHand.count() == 0);
            assertThat(offset()).isEqualTo(5 * PIECE);

            part(content, 5 * PIECE, content.length).then().statusCode(201);

            assertThat(as("ada").get(path).asByteArray()).isEqualTo(content);
        }

        @Test
        void that_sends_the_whole_again_need_not_know_of_the_break() throws IOException {
            byte[] content = random(1_000_000);
            try (Socket half = connected()) {
                request(half, "PUT", "Content-Length: " + content.length + "\r\n");
                half.getOutputStream().write(content, 0, 600_000);
                Until.holds("two pieces", Duration.ofSeconds(10), () -> offset() == 2 * PIECE);

                upload(content).then().statusCode(201);

                half.getOutputStream().write(content, 600_000, 400_000);
                String answer = new String(half.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
                assertThat(answer).isEqualTo("HTTP/1.1 409");
            }
            assertThat(as("ada").get(path).asByteArray()).isEqualTo(content);
        }

        @Test
        void that_sends_nothing_more_loses_its_connection_and_keeps_its_pieces() throws IOException {
            byte[] content = random(1_000_000);
            try (Socket socket = connected()) {
                request(socket, "PUT", "Content-Length: " + content.length + "\r\n");
                socket.getOutputStream().write(content, 0, 300_000);
                socket.setSoTimeout((int) STALL.multipliedBy(2).toMillis());

                assertThat(socket.getInputStream().readAllBytes()).isEmpty();
            }
            assertThat(offset()).isEqualTo(PIECE);
        }

        @Test
        void that_sends_in_chunks_says_the_length_by_the_range() throws IOException {
            byte[] content = random(1_000);
            try (Socket socket = connected()) {
                request(
                        socket,
                        "PUT",
                        "Connection: close\r\nTransfer-Encoding: chunked\r\nContent-Range: bytes 0-999/1000\r\n");
                socket.getOutputStream().write("3e8\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(content);
                socket.getOutputStream().write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 201");
            }
            assertThat(as("ada").get(path).asByteArray()).isEqualTo(content);
        }

        @ParameterizedTest
        @CsvSource({"1f4, 0-999/1000", "3e8, 0-499/500"})
        void that_sends_another_number_of_bytes_than_it_says_is_told(String chunk, String range) throws IOException {
            byte[] content = random(Integer.parseInt(chunk, 16));
            try (Socket socket = connected()) {
                request(
                        socket,
                        "PUT",
                        "Connection: close\r\nTransfer-Encoding: chunked\r\nContent-Range: bytes " + range + "\r\n");
                socket.getOutputStream().write((chunk + "\r\n").getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(content);
                socket.getOutputStream().write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 400")
                        .contains("bytes came than the headers say");
            }
            assertThat(offset()).isZero();
        }

        @Test
        void that_takes_nothing_loses_its_connection() throws IOException {
            byte[] content = random(15_000_000);
            upload(content).then().statusCode(201);
            try (Socket socket = connected()) {
                request(socket, "GET", "");
                Until.holds("sending", STALL, () -> inHand.count() == 1);
                Until.holds("cut off", STALL.plusSeconds(3), () -> inHand.count() == 0);

                assertThat(socket.getInputStream().readAllBytes().length).isLessThan(content.length);
            }
        }

        @Test
        void that_goes_away_is_noticed() throws IOException {
            upload(random(15_000_000)).then().statusCode(201);
            try (Socket socket = connected()) {
                request(socket, "GET", "");
                Until.holds("sending", STALL, () -> inHand.count() == 1);
            }
            Until.holds("noticed", Duration.ofSeconds(3), () -> inHand.count() == 0);
        }

        /** The file is looked for meanwhile: nobody tells of an end that was before the bytes were counted. */
        @Test
        void that_goes_away_before_it_is_answered_leaves_nothing_held() throws IOException {
            upload(random(300_000)).then().statusCode(201);
            for (int i = 0; i < 100; i++) {
                try (Socket socket = connected()) {
                    request(socket, "GET", "");
                }
            }
        }
    }

    /** What refers to files: the photo of a document, which is an engineer's own. */
    @Nested
    class A_batch {
        private static final String BATCHES = "/v1/profiles/NativeMobile/batches";
        private final String client = UUID.randomUUID().toString();
        private final String photo = UUID.randomUUID().toString();

        private Map<String, Object> create(Object content) {
            return Map.of(
                    "op",
                    "create",
                    "entity",
                    "FieldService.Photo",
                    "id",
                    photo,
                    "attributes",
                    Map.of("Name", "pump.jpg", "Content", content));
        }

        private Map<String, Object> file() {
            return Map.of("file", path.substring(MOBILE.length()));
        }

        private Map<String, Object> batch(Map<String, Object> operation) {
            return Map.of(
                    "batchId", UUID.randomUUID().toString(), "clientId", client, "operations", List.of(operation));
        }

        private RequestSpecification json(Object body) {
            return as("ada").contentType("application/json").body(body);
        }

        private Response send(Object batch) {
            return json(batch).post(BATCHES + "?wait=20");
        }

        private byte[] inStore() throws SQLException {
            try (Connection connection = connection("tidegate.stores.field.");
                    PreparedStatement statement =
                            connection.prepareStatement("SELECT content FROM field_service.photo WHERE id = ?::uuid")) {
                statement.setString(1, photo);
                try (ResultSet found = statement.executeQuery()) {
                    return found.next() ? found.getBytes(1) : new byte[0];
                }
            }
        }

        /** How often files are noted as used by a batch. */
        private int uses(String batch) throws SQLException {
            try (Connection connection = connection("tidegate.database.");
                    PreparedStatement statement = connection.prepareStatement(
                            "SELECT count(*) FROM tidegate_queue.file_use WHERE batch_id = ?::uuid")) {
                statement.setString(1, batch);
                try (ResultSet found = statement.executeQuery()) {
                    found.next();
                    return found.getInt(1);
                }
            }
        }

        private Connection connection(String name) throws SQLException {
            return DriverManager.getConnection(
                    "jdbc:" + setting(name + "url"), setting(name + "username"), setting(name + "password"));
        }

        private String setting(String name) {
            return ConfigProvider.getConfig().getValue(name, String.class);
        }

        @Test
        void has_the_bytes_of_its_file_written_to_the_store() throws SQLException {
            byte[] content = random(3_000_000);
            for (int from = 0; from < content.length; from += 750_000) {
                part(content, from, from + 750_000);
            }
            Map<String, Object> batch = batch(create(file()));

            send(batch).then().statusCode(202).body("state", is("applied"));

            assertThat(inStore()).isEqualTo(content);
            send(batch).then().statusCode(202).body("state", is("applied")).body("position", is(1));
            send(batch(Map.of(
                            "op",
                            "update",
                            "entity",
                            "FieldService.Photo",
                            "id",
                            photo,
                            "attributes",
                            Map.of("Content", "AAEC"))))
                    .then()
                    .body("state", is("applied"));
            assertThat(inStore()).isEqualTo(new byte[] {0, 1, 2});
        }

        @Test
        void that_refers_to_what_is_not_complete_is_rejected_and_retried_when_it_is() throws SQLException {
            byte[] content = random(70_000);
            part(content, 0, 60_000);
            Map<String, Object> batch = batch(create(file()));

            send(batch)
                    .then()
                    .statusCode(202)
                    .body("operations[0].outcome", is("rejected"))
                    .body("operations[0].problem.code", is("no-such-file"))
                    .body("operations[0].problem.violations[0].pointer", is("/operations/0/attributes/Content"));
            part(content, 60_000, 70_000);
            String error = as("ada")
                    .get("/v1/profiles/NativeMobile/errors?client=" + client)
                    .path("errors[0].errorId");
            json("{}")
                    .post("/v1/profiles/NativeMobile/errors/" + error + "/retry")
                    .then()
                    .statusCode(202);

            Until.holds("retried", Duration.ofSeconds(20), () -> Arrays.equals(inStore(), content));
        }

        @Test
        void whose_file_came_later_keeps_it_when_all_are_retried() throws SQLException {
            Map<String, Object> batch = batch(create(file()));
            send(batch).then().body("operations[0].outcome", is("rejected"));
            byte[] content = random(70_000);
            upload(content);

            as("otto")
                    .contentType("application/json")
                    .body(Map.of("filter", Map.of("client", client)))
                    .post("/admin/dead-letters/retry")
                    .then()
                    .statusCode(200)
                    .body("done", is(1));

            assertThat(uses(String.valueOf(batch.get("batchId")))).isEqualTo(1);
            Until.holds("retried", Duration.ofSeconds(20), () -> Arrays.equals(inStore(), content));
        }

        @Test
        void whose_operation_is_corrected_may_refer_to_another_file() throws SQLException {
            send(batch(create(Map.of("file", UUID.randomUUID().toString()))))
                    .then()
                    .body("operations[0].outcome", is("rejected"));
            String error = as("ada")
                    .get("/v1/profiles/NativeMobile/errors?client=" + client)
                    .path("errors[0].errorId");
            String retry = "/v1/profiles/NativeMobile/errors/" + error + "/retry";
            Map<String, Object> corrected = Map.of("operation", create(file()));

            json(corrected)
                    .post(retry)
                    .then()
                    .statusCode(422)
                    .body("violations[0].code", is("no-such-file"))
                    .body("violations[0].pointer", is("/operation/attributes/Content"));
            byte[] content = random(70_000);
            upload(content);
            json(corrected).post(retry).then().statusCode(202);

            Until.holds("retried", Duration.ofSeconds(20), () -> Arrays.equals(inStore(), content));
        }

        @Test
        void that_is_strict_is_refused_for_a_file_that_is_not_there() {
            json(batch(create(file())))
                    .header("Prefer", "handling=strict")
                    .post(BATCHES)
                    .then()
                    .statusCode(422)
                    .body("code", is("validation-failed"))
                    .body("violations[0].code", is("no-such-file"));
        }

        @Test
        void may_not_refer_to_the_file_of_another() {
            as("dora")
                    .contentType("application/octet-stream")
                    .body(random(10))
                    .put(path.replace("NativeMobile", "WebOffline"))
                    .then()
                    .statusCode(201);

            send(batch(create(file()))).then().body("operations[0].problem.code", is("no-such-file"));
        }

        @Test
        void of_which_a_file_is_too_large_for_the_body_is_told_the_way() {
            String inline = Base64.getEncoder().encodeToString(random(65_537));

            send(batch(create(inline)))
                    .then()
                    .body("operations[0].problem.code", is("too-large"))
                    .body("operations[0].problem.detail", containsString("PUT …/files/{fileId}"));
        }
    }
}
