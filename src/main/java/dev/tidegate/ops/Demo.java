package dev.tidegate.ops;

import dev.tidegate.edition.ModelContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The built-in field service, served when no model is configured: its model file; its data are in {@link DemoStore}s. */
public final class Demo {
    /** Where the demo comes from, for messages. */
    static final String NAME = "demo/field-service.yaml";

    private Demo() {}

    /** The text of the demo's model file. */
    public static String model() {
        return resource("/" + NAME);
    }

    /** The same as a model to be loaded. */
    public static ModelContent content() {
        return ModelContent.of(NAME, model());
    }

    static String resource(String path) {
        try (InputStream in = Demo.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
