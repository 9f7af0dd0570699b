package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which request lines are refused before anybody looks at where they lead. */
final class RequestLineTest {
    private static final String CHARACTERS = "/v1profilesWeb._-=&?@9Z%2F%00%zz \"<>[]{}|\\^`:;,!$'()*+~é\u0000";

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1/profiles/Web/objects/A.B/7?limit=20&count=true", "/a%20b?c=%C3%A9", "/a:b;c~d"})
    void takes_what_is_a_uri(String line) {
        assertThat(RequestLine.fault(line)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"//", "/a b", "/a%zz", "/a%FF", "/a%00b", "/a\"b", "/a?b=<c>"})
    void refuses_what_is_none(String line) {
        assertThat(RequestLine.fault(line)).isPresent();
    }

    /** The short way through for what has nothing to decode says the same as the long one. */
    @Test
    void whatever_it_takes_is_a_uri() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20261126);
        int taken = 0;
        for (int n = 0; n < 200_000; n++) {
            StringBuilder line = new StringBuilder("/");
            int plain = random.nextInt(30);
            for (int i = random.nextInt(40); i > 0; i--) {
                line.append(CHARACTERS.charAt(random.nextInt(i > plain ? 19 : CHARACTERS.length())));
            }
            if (RequestLine.fault(line.toString()).isEmpty()) {
                taken++;
                assertThat(URI.create(line.toString())).isNotNull();
            }
        }
        assertThat(taken).isGreaterThan(10_000);
    }
}
