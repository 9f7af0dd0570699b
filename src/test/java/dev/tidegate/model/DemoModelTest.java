package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DemoModelTest {

    static String text() throws IOException {
        try (InputStream in = DemoModelTest.class.getResourceAsStream("/demo/field-service.yaml")) {
            if (in == null) {
                throw new IOException("no demo model");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void the_demo_has_no_issue() throws IOException {
        ModelText demo = ModelReader.read(text());

        assertThat(demo.issues()).isEmpty();
        assertThat(demo.model()).isPresent();
    }
}
