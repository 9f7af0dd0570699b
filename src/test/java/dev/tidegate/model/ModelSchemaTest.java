package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The JSON Schema for editors says no to the mistakes that can be seen without looking elsewhere in the file. */
class ModelSchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<String> VISIBLE = Set.of(
            "unknown-key",
            "missing-key",
            "wrong-type",
            "out-of-range",
            "unknown-type",
            "unknown-value",
            "bad-name",
            "reserved-name",
            "reserved-role",
            "bad-database-name",
            "duplicate-item",
            "missing-values",
            "misplaced-key",
            "missing-constraint",
            "inherited-key",
            "specialization-in-another-store");

    private static Schema schema() throws IOException {
        try (InputStream in = ModelSchemaTest.class.getResourceAsStream("/model.schema.json")) {
            if (in == null) {
                throw new IOException("no schema");
            }
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(in);
        }
    }

    @Test
    void the_demo_and_the_sound_model_fit() throws IOException {
        assertThat(violations(DemoModelTest.text())).isEmpty();
        assertThat(violations(Mistake.SOUND)).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> a_visible_mistake_does_not() {
        return Mistake.all().stream()
                .filter(mistake -> VISIBLE.contains(mistake.code()))
                .map(mistake -> dynamicTest(
                        mistake.toString(),
                        () -> assertThat(violations(mistake.text())).isNotEmpty()));
    }

    private static List<Error> violations(String yaml) throws IOException {
        LoadSettings settings =
                LoadSettings.builder().setSchema(new CoreSchema()).build();
        JsonNode document = JSON.valueToTree(new Load(settings).loadFromString(yaml));
        return schema().validate(document);
    }
}
