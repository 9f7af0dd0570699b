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
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Health and measures over the wire, on the management port. */
@QuarkusTest
@QuarkusTestResource(Gateway.class)
class OperationsTest {
    private static final EntityName WORK_ORDER = EntityName.parse("FieldService.WorkOrder");

    @Inject
    Observer observer;

    @Inject
    StoreStates states;

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
        observer.see(new Observation.BatchAccepted(7, false));
        observer.see(new Observation.OperationSettled(
                Optional.of(WORK_ORDER), Observation.Outcome.REJECTED, Optional.of(ProblemCode.ACCESS_DENIED)));
        observer.see(
                new Observation.PartApplied(new StoreName("field"), 7, Duration.ofMillis(12), Duration.ofSeconds(1)));

        String scraped = given().port(port).get("/q/metrics").body().asString();

        assertThat(scraped)
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
}
