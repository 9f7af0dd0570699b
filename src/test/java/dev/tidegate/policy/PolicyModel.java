package dev.tidegate.policy;

import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.ModelText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The model of policy-model.yaml, and whatever else stands beside it. */
public final class PolicyModel {
    private PolicyModel() {}

    public static Model model() {
        return modelOf(text("policy-model.yaml"));
    }

    public static Model modelOf(String yaml) {
        ModelText text = ModelReader.read(yaml);
        return text.model().orElseThrow(() -> new AssertionError(text.issues()));
    }

    static String text(String resource) {
        try (InputStream in = Objects.requireNonNull(PolicyModel.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
