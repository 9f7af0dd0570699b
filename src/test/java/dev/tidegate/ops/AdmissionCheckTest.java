package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionCheckTest {
    private static TidegateConfig.Limits limits(Map<String, String> settings) {
        return HostingTest.config(new PropertiesConfigSource(settings, "test", 300))
                .limits();
    }

    @Test
    void what_can_be_kept_to_is_taken() {
        assertThatCode(() -> AdmissionCheck.require(limits(Map.of()))).doesNotThrowAnyException();
        assertThatCode(() -> AdmissionCheck.require(
                        limits(Map.of("tidegate.limits.caller-rate", "5", "tidegate.limits.caller-burst", "5"))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "calls, 0, caller-rate, 1, limits.calls is 0",
        "caller-rate, 0, calls, 1, caller-rate is 0",
        "caller-rate, 5, caller-burst, 4, .caller-burst 4",
        "address-burst, 4, calls, 1, means nothing without .address-rate"
    })
    void what_cannot_be_kept_to_refuses_the_start(String one, String value, String other, String with, String said) {
        TidegateConfig.Limits limits =
                limits(Map.of("tidegate.limits." + one, value, "tidegate.limits." + other, with));

        assertThatThrownBy(() -> AdmissionCheck.require(limits))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining(said);
    }
}
