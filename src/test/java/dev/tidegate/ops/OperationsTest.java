package dev.tidegate.ops;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.testing.Gateway;
import dev.tidegate.testing.Until;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Health and measures over the wire, on the management port. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
class OperationsTest {
    private static final EntityName WORK_ORDER = EntityName.parse("FieldService.WorkOrder");

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String WAITING = "sql_pool_queue_size{pool_name=\"gateway-database\",pool_type=\"sql\"}";
    private static final String IN_USE = "sql_pool_active{pool_name=\"gateway-database\",pool_type=\"sql\"}";

    @Inject
    Observer observer;

    @Inject
    StoreStates states;

    @Inject
    Pool gatewayDatabase;

    @ConfigProperty(name = "quarkus.management.port")
    int port;

    @Test
    void it_is_live_started_and_ready_and_says_how_the_stores_are() {
        given().port(port).get("/q/health/live").then().statusCode(200);
        given().port(port).get("/q/health/started").then().statusCode(200);
        assertThat(given().port(port).get("/q/health/ready").body().asString())
                .contains("\"name\": \"gateway database\"")
                .contains("\"name\": \"model\"")
                .contains("\"degraded\": false");
    }

    @Test
    void a_store_that_is_down_degrades_it_and_leaves_it_ready() {
        StoreName field = new StoreName("field");
        for (int i = 0; i < 3; i++) {
            states.failed(field);
        }
        try {
            assertThat(given().port(port)
                            .get("/q/health/ready")
                            .then()
                            .statusCode(200)
                            .extract()
                            .body()
                            .asString())
                    .contains("\"field\": \"down\"")
                    .contains("\"degraded\": true");
        } finally {
            states.succeeded(field);
        }
    }

    @Test
    void what_is_observed_can_be_scraped() {
        observer.see(new Observation.ReadServed(WORK_ORDER, 20, Duration.ofMillis(3)));
        observer.see(
                new Observation.Refused(Observation.Flow.READ, Optional.of(WORK_ORDER), ProblemCode.ENTITY_NOT_ONLINE));
        observer.see(SampleActs.accepted());
        observer.see(SampleActs.denied());
        observer.see(
                new Observation.PartApplied(new StoreName("field"), 7, Duration.ofMillis(12), Duration.ofSeconds(1)));

        assertThat(scraped())
                .contains("tidegate_reads_total{entity=\"FieldService.WorkOrder\",outcome=\"served\"}")
                .contains("tidegate_reads_total{entity=\"FieldService.WorkOrder\",outcome=\"entity-not-online\"}")
                .contains("tidegate_read_seconds_bucket{entity=\"FieldService.WorkOrder\",le=\"0.005\"}")
                .contains("tidegate_refusals_total{code=\"entity-not-online\",flow=\"read\"}")
                .contains("tidegate_batches_accepted_total{duplicate=\"false\"}")
                .contains("tidegate_operations_settled_total{code=\"access-denied\"")
                .contains("tidegate_apply_seconds_count{store=\"field\"}")
                .contains("tidegate_queue_wait_seconds_count{store=\"field\"}")
                .contains("tidegate_store_state{state=\"up\",store=\"field\"}")
                .contains("tidegate_queue_oldest_age_seconds")
                .contains("tidegate_pool_connections{store=\"field\",use=\"live\"}");
    }

    @Test
    void every_answer_is_counted_by_what_became_of_it() {
        double served = value("tidegate_answers_total{flow=\"upload\",outcome=\"served\"}");
        double refused = value("tidegate_answers_total{flow=\"upload\",outcome=\"refused\"}");
        double failed = value("tidegate_answers_total{flow=\"upload\",outcome=\"failed\"}");
        observer.see(SampleActs.accepted());
        observer.see(new Observation.Refused(Observation.Flow.UPLOAD, Optional.empty(), ProblemCode.TOO_LARGE));
        observer.see(new Observation.Refused(Observation.Flow.UPLOAD, Optional.empty(), ProblemCode.QUEUE_FULL));
        observer.see(new Observation.Refused(Observation.Flow.UPLOAD, Optional.empty(), ProblemCode.QUEUE_UNAVAILABLE));

        assertThat(value("tidegate_answers_total{flow=\"upload\",outcome=\"served\"}"))
                .isEqualTo(served + 1);
        assertThat(value("tidegate_answers_total{flow=\"upload\",outcome=\"refused\"}"))
                .isEqualTo(refused + 1);
        assertThat(value("tidegate_answers_total{flow=\"upload\",outcome=\"failed\"}"))
                .isEqualTo(failed + 2);
    }

    @Test
    void what_alerts_compare_is_there_before_anything_has_happened() {
        Until.holds("its own database was asked", PATIENCE, () -> value("tidegate_database_up") == 1);
        assertThat(scraped())
                .contains("tidegate_faults_total ")
                .contains("tidegate_answers_total{flow=\"unknown\",outcome=\"failed\"}")
                .contains("tidegate_answers_total{flow=\"download\",outcome=\"failed\"}")
                .contains("tidegate_store_circuit_changes_total{store=\"billing\",to=\"open\"} ")
                .contains("tidegate_store_calls_refused_total{reason=\"full\",store=\"billing\"} ")
                .contains("tidegate_apply_delays_total{store=\"billing\"}")
                .contains("tidegate_store_calls_limit{state=\"running\",store=\"field\"} 8.0")
                .contains("tidegate_store_calls_limit{state=\"waiting\",store=\"field\"} 128.0")
                .contains("tidegate_queue_limit_batches 1000000.0")
                .contains("tidegate_queue_limit_bytes 1.073741824E10")
                .contains("tidegate_dead_letters ")
                .contains("tidegate_dead_letters_given_up ")
                .contains("tidegate_dead_letters_oldest_age_seconds ");
    }

    @Test
    void who_waits_for_a_connection_to_its_own_database_is_seen() {
        List<SqlConnection> all = Stream.generate(gatewayDatabase::getConnection)
                .limit(8)
                .map(connecting -> connecting.await().indefinitely())
                .toList();
        CompletionStage<?> waiting = gatewayDatabase.query("SELECT 1").execute().subscribeAsCompletionStage();
        try {
            Until.holds("somebody waits", PATIENCE, () -> value(WAITING) >= 1 && value(IN_USE) == 8);
        } finally {
            all.forEach(connection -> connection.close().await().indefinitely());
        }
        assertThat(waiting).succeedsWithin(PATIENCE);
        Until.holds("nobody waits", PATIENCE, () -> value(WAITING) == 0 && value(IN_USE) < 8);
    }

    private String scraped() {
        return given().port(port).get("/q/metrics").body().asString();
    }

    private double value(String series) {
        return scraped()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
