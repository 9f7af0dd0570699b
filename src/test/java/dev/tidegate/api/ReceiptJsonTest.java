package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.download.Receipt;
import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ErrorId;
import dev.tidegate.observation.Observation.Outcome;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReceiptJsonTest {
    private static final BatchId BATCH = new BatchId(UUID.fromString("0f1c0000-0000-4000-8000-000000000001"));

    @Test
    void a_receipt_is_written_as_the_contract_has_it() {
        Receipt receipt = new Receipt(
                new ClientId(UUID.fromString("5d7a0000-0000-4000-8000-000000000002")),
                12,
                List.of(BATCH),
                List.of(
                        new Receipt.Outcome(
                                BATCH,
                                0,
                                "Shop.Order",
                                Optional.of("a1"),
                                Outcome.CONFLICT,
                                Optional.empty(),
                                Optional.of(Problem.of(ProblemCode.STALE, "It was changed.")),
                                Optional.of(new ErrorId(UUID.fromString("9e000000-0000-4000-8000-000000000003")))),
                        new Receipt.Outcome(
                                BATCH,
                                1,
                                "Shop.Order",
                                Optional.empty(),
                                Outcome.MERGED,
                                Optional.of("43"),
                                Optional.empty(),
                                Optional.empty())),
                List.of(new Receipt.Pending(BATCH, 2)));

        assertThat(new String(BatchJson.bytes(json -> ReceiptJson.write(json, receipt)), StandardCharsets.UTF_8))
                .isEqualTo("{\"clientId\":\"5d7a0000-0000-4000-8000-000000000002\",\"position\":12,"
                        + "\"settled\":[\"0f1c0000-0000-4000-8000-000000000001\"],\"outcomes\":["
                        + "{\"batchId\":\"0f1c0000-0000-4000-8000-000000000001\",\"index\":0,\"entity\":\"Shop.Order\","
                        + "\"id\":\"a1\",\"outcome\":\"conflict\",\"problem\":{\"type\":\"/problems/stale\",\"title\":\""
                        + ProblemCode.STALE.title() + "\",\"status\":" + ProblemCode.STALE.status()
                        + ",\"detail\":\"It was changed.\",\"code\":\"stale\"},"
                        + "\"errorId\":\"9e000000-0000-4000-8000-000000000003\"},"
                        + "{\"batchId\":\"0f1c0000-0000-4000-8000-000000000001\",\"index\":1,\"entity\":\"Shop.Order\","
                        + "\"outcome\":\"merged\",\"version\":\"43\"}],"
                        + "\"pending\":[{\"batchId\":\"0f1c0000-0000-4000-8000-000000000001\",\"index\":2}]}");
    }
}
