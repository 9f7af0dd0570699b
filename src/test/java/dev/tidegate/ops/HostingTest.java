package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.model.StoreName;
import dev.tidegate.store.CallLimits;
import dev.tidegate.store.StoreAccess;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostingTest {
    private static final StoreName FIELD = new StoreName("field");
    private static final StoreName BILLING = new StoreName("billing");
    private static final StoreName DEPOT = new StoreName("depot-2");

    @Nested
    class Stores {
        @Test
        void a_configured_store_is_reached_as_configured() {
            StoreAccess access = only(
                    hosting(Map.of(
                            "tidegate.stores.depot-2.url", "postgresql://db/depot",
                            "tidegate.stores.depot-2.username", "ann",
                            "tidegate.stores.depot-2.password", "secret",
                            "tidegate.stores.depot-2.pool.max-size", "3")),
                    DEPOT);

            assertThat(access).hasToString("postgresql://db:5432/depot as ann");
            assertThat(access.pool().maxSize()).isEqualTo(3);
            assertThat(access.pool().pipelining()).isEqualTo(16);
        }

        @Test
        void the_store_ends_a_statement_before_the_gateway_gives_up_on_it() {
            String url = "tidegate.stores.depot-2.url";
            assertThat(statementTimeout(Map.of(url, "postgresql://ann@db/depot")))
                    .contains(Duration.ofMillis(9500));
            assertThat(statementTimeout(Map.of(url, "postgresql://ann@db/depot", "tidegate.limits.read-timeout", "2s")))
                    .contains(Duration.ofMillis(1900));
            assertThat(statementTimeout(Map.of(
                            url, "postgresql://ann@db/depot", "tidegate.stores.depot-2.pool.statement-timeout", "3s")))
                    .contains(Duration.ofSeconds(3));
            assertThat(statementTimeout(Map.of(
                            url, "postgresql://ann@db/depot", "tidegate.stores.depot-2.pool.statement-timeout", "0s")))
                    .isEmpty();
        }

        private Optional<Duration> statementTimeout(Map<String, String> properties) {
            return only(hosting(properties), DEPOT).pool().statementTimeout();
        }

        @Test
        void half_of_the_connections_may_be_held_by_streams() {
            assertThat(hosting(Map.of("tidegate.stores.depot-2.pool.max-size", "6"))
                            .limits(Set.of(DEPOT)))
                    .containsEntry(DEPOT, new CallLimits(6, 128, Duration.ofSeconds(2), 3));
        }

        @Test
        void limits_that_make_no_sense_refuse_the_start() {
            assertThatThrownBy(() -> hosting(Map.of("tidegate.stores.depot-2.pool.max-streams", "9"))
                            .limits(Set.of(DEPOT)))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("tidegate.stores.depot-2.pool.*: max-size and max-streams");
        }

        @Test
        void the_demo_falls_back_to_the_gateways_database() {
            Hosting hosting = hosting(Map.of("tidegate.database.url", "postgresql://ann:secret@db/tidegate"));

            assertThat(only(hosting, FIELD)).hasToString("postgresql://db:5432/tidegate as ann");
            assertThat(only(hosting, BILLING)).hasToString("postgresql://db:5432/tidegate as ann");
        }

        @Test
        void a_copy_of_the_demo_is_the_demo(@TempDir Path folder) throws IOException {
            Path model = Files.writeString(folder.resolve("model.yaml"), Demo.model());

            assertThat(hosting(Map.of("tidegate.model", model.toString())).servesDemo())
                    .isTrue();
        }

        @Test
        void another_model_does_not_fall_back(@TempDir Path folder) throws IOException {
            Path model = Files.writeString(folder.resolve("model.yaml"), Demo.model() + "# mine\n");
            Hosting hosting = hosting(Map.of(
                    "tidegate.model",
                    model.toString(),
                    "tidegate.database.url",
                    "postgresql://ann:secret@db/tidegate"));

            assertThatThrownBy(() -> only(hosting, FIELD))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("TIDEGATE_STORES_FIELD_URL");
        }

        @Test
        void a_store_that_is_not_configured_refuses_the_start_and_says_what_to_set() {
            assertThatThrownBy(() -> only(hosting(Map.of()), DEPOT))
                    .isInstanceOf(StartRefused.class)
                    .hasMessage("The model keeps entities in the store 'depot-2', which is not configured."
                            + " Set TIDEGATE_STORES_DEPOT_2_URL (and _USERNAME, _PASSWORD).");
        }

        @Test
        void a_url_that_cannot_be_read_refuses_the_start_without_its_password() {
            assertThatThrownBy(
                            () -> only(hosting(Map.of("tidegate.stores.depot-2.url", "mysql://a:secret@db/x")), DEPOT))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("The URL of the store 'depot-2' cannot be used.")
                    .hasMessageNotContaining("secret");
        }
    }

    @Nested
    class Users {
        @Test
        void embedded_on_loopback_brings_the_demos() {
            UserBook users = new Hosting(config(Map.of()), Optional.of(".tidegate"), "127.0.0.1", false).users();

            assertThat(users.roles("ada", "ada".toCharArray())).contains(Set.of("Engineer"));
            assertThat(users.roles("otto", "otto".toCharArray())).contains(Set.of("operator"));
            assertThat(users.roles("ada", "otto".toCharArray())).isEmpty();
            assertThat(users.roles("nobody", "".toCharArray())).isEmpty();
        }

        @Test
        void embedded_for_everybody_refuses_the_start() {
            Hosting hosting = new Hosting(config(Map.of()), Optional.of(".tidegate"), "0.0.0.0", false);

            assertThatThrownBy(hosting::users)
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("would listen on 0.0.0.0")
                    .hasMessageContaining("QUARKUS_HTTP_HOST");
        }

        @Test
        void configured_ones_replace_the_demos_and_may_be_for_everybody() {
            UserBook users = new Hosting(
                            config(Map.of(
                                    "tidegate.users.eva.password",
                                    "x y",
                                    "tidegate.users.eva.roles",
                                    "Engineer,Auditor")),
                            Optional.of(".tidegate"),
                            "0.0.0.0",
                            false)
                    .users();

            assertThat(users.roles("eva", "x y".toCharArray())).contains(Set.of("Engineer", "Auditor"));
            assertThat(users.roles("ada", "ada".toCharArray())).isEmpty();
        }

        @Test
        void beside_an_identity_provider_there_are_none_not_even_the_demos() {
            assertThat(new Hosting(config(Map.of()), Optional.of(".tidegate"), "0.0.0.0", true)
                            .users()
                            .isEmpty())
                    .isTrue();
            assertThatThrownBy(
                            new Hosting(
                                    config(Map.of("tidegate.users.eva.password", "x")),
                                    Optional.empty(),
                                    "0.0.0.0",
                                    true)::users)
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("take one of the two away");
        }

        @Test
        void with_a_database_of_ones_own_there_are_none() {
            assertThat(hosting(Map.of("tidegate.database.url", "postgresql://db/x"))
                            .users()
                            .isEmpty())
                    .isTrue();
        }
    }

    private static StoreAccess only(Hosting hosting, StoreName store) {
        return hosting.stores(Set.of(store)).values().iterator().next();
    }

    private static Hosting hosting(Map<String, String> properties) {
        return new Hosting(config(properties), Optional.empty(), "127.0.0.1", false);
    }

    private static TidegateConfig config(Map<String, String> properties) {
        return config(new PropertiesConfigSource(properties, "test", 100));
    }

    static TidegateConfig config(ConfigSource source) {
        return new SmallRyeConfigBuilder()
                .withMapping(TidegateConfig.class)
                .withConverter(
                        io.quarkus.runtime.configuration.MemorySize.class,
                        100,
                        new io.quarkus.runtime.configuration.MemorySizeConverter())
                .withConverter(java.time.Duration.class, 100, new io.quarkus.runtime.configuration.DurationConverter())
                .withSources(source)
                .build()
                .getConfigMapping(TidegateConfig.class);
    }
}
