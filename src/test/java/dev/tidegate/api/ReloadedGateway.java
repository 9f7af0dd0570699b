package dev.tidegate.api;

import dev.tidegate.testing.Gateway;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The gateway with a model file of a small shop, whose tables are in the store {@code field}; the store {@code billing} is configured and
 * no model names it at the start.
 */
public final class ReloadedGateway implements QuarkusTestResourceLifecycleManager {
    static final int ROWS = 30_000;

    /** Nobody looks at the file unasked. */
    public static final class Asked extends OfShop {
        public Asked() {
            super("0");
        }
    }

    /** Somebody looks all the time. */
    public static final class Watched extends OfShop {
        public Watched() {
            super("100ms");
        }
    }

    /** On this gateway. */
    abstract static class OfShop implements QuarkusTestProfile {
        private final String check;

        OfShop(String check) {
            this.check = check;
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(ReloadedGateway.class));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            // One stream is read slowly while many others are busy.
            return Map.of("tidegate.model-check", check, "tidegate.limits.stream-stall", "5m");
        }
    }

    private final Gateway gateway = new Gateway();

    /** {@code attributes} of the item; {@code more}: entities besides; {@code auditors}: whether auditors may read items, in a profile of their own. */
    record Shop(String attributes, String mode, String more, boolean auditors) {
        static final Shop USUAL = new Shop("Title: { type: string, required: true }", "all", "", false);

        Shop withNote() {
            return new Shop(attributes + ", Note: { type: string }", mode, more, auditors);
        }

        Shop inMode(String other) {
            return new Shop(attributes, other, more, auditors);
        }

        Shop with(String entity) {
            return new Shop(attributes, mode, entity, auditors);
        }

        Shop withAuditors() {
            return new Shop(attributes, mode, more, true);
        }

        String text() {
            boolean box = more.startsWith("Box");
            return """
                    features: { online-sync-mode: true }
                    modules:
                      Shop:
                        entities:
                          Item: { store: field, table: shop.item, attributes: { %s } }
                          %s
                        access:
                          - { entity: Shop.Item, roles: [Engineer%s], create: true, read: all, write: all, delete: true }
                          %s
                    profiles:
                      Mobile: { kind: native-mobile, sync: { Shop.Item: %s%s } }
                      Web: { kind: web }
                    """.formatted(
                            attributes,
                            more,
                            auditors ? ", Auditor" : "",
                            box ? "- { entity: Shop.Box, roles: [Engineer], create: true, read: all, write: all }" : "",
                            mode,
                            box ? ", Shop.Box: all" : "");
        }
    }

    @Override
    public Map<String, String> start() {
        Map<String, String> configuration = new HashMap<>(gateway.start());
        run(
                configuration,
                "field",
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.item (id uuid PRIMARY KEY, title text NOT NULL, note text)",
                "CREATE TABLE shop.box (id uuid PRIMARY KEY, label text)",
                "INSERT INTO shop.item SELECT md5('item:' || n)::uuid, 'Item ' || n, 'note ' || n"
                        + " FROM generate_series(1, " + ROWS + ") AS n");
        run(
                configuration,
                "billing",
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.box (id uuid PRIMARY KEY, label text)",
                "INSERT INTO shop.box VALUES (gen_random_uuid(), 'in billing')");
        Path file = directory().resolve("model.yaml");
        write(file, Shop.USUAL.text());
        configuration.put("tidegate.model", file.toString());
        return configuration;
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("tidegate-model");
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    private static void run(Map<String, String> configuration, String name, String... statements) {
        String store = "tidegate.stores." + name + ".";
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:" + configuration.get(store + "url"),
                        configuration.get(store + "username"),
                        configuration.get(store + "password"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void stop() {
        gateway.stop();
    }

    /** The file that the gateway reads. */
    static Path file() {
        return Path.of(ConfigProvider.getConfig().getValue("tidegate.model", String.class));
    }

    /** As one should: nobody sees a part. */
    static void replace(String text) {
        Path next = Objects.requireNonNull(file().getParent()).resolve("next.yaml");
        write(next, text);
        try {
            Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
