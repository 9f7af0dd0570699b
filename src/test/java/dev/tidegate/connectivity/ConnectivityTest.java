package dev.tidegate.connectivity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.StoreName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConnectivityTest {
    private static final StoreName FIELD = new StoreName("field");
    private static final StoreName DEPOT = new StoreName("depot");
    private static final EntityName TASK = EntityName.parse("M.Task");
    private static final EntityName STOCK = EntityName.parse("M.Stock");
    private static final Model MODEL = ModelReader.read("""
                    features: { online-sync-mode: true }
                    modules:
                      M:
                        entities:
                          Task: { store: field, attributes: { Title: { type: string } } }
                          Stock: { store: depot, attributes: { Quantity: { type: integer } } }
                        access:
                          - { entity: M.Task, roles: [Engineer], read: all }
                          - { entity: M.Stock, roles: [Engineer], read: all }
                    profiles:
                      Phone:
                        kind: native-mobile
                        sync: { M.Task: all, M.Stock: online }
                      Away:
                        kind: native-mobile
                        sync: { M.Task: all }
                      Desk: { kind: web }
                    """).model().orElseThrow();

    private final StoreStates states =
            new StoreStates(Set.of(FIELD, DEPOT), new Thresholds(1, 2, 1), Duration.ofSeconds(2));
    private final Connectivity connectivity = new Connectivity(MODEL, states);

    @Test
    void unprobed_and_suspect_stores_count_as_up() {
        states.failed(DEPOT);

        assertThat(connectivity.ofAll())
                .isEqualTo(new Connectivity.Answer(
                        true,
                        Optional.empty(),
                        Map.of(
                                FIELD,
                                new Connectivity.Believed(StoreState.UNPROBED, Circuit.CLOSED),
                                DEPOT,
                                new Connectivity.Believed(StoreState.SUSPECT, Circuit.CLOSED)),
                        List.of()));
    }

    @Test
    void a_profile_is_offline_when_the_store_of_an_online_entity_is_down() {
        down(DEPOT);

        assertThat(connectivity.ofProfile(profile("Phone")))
                .isEqualTo(new Connectivity.Answer(
                        false,
                        Optional.of(Duration.ofSeconds(2)),
                        Map.of(DEPOT, new Connectivity.Believed(StoreState.DOWN, Circuit.OPEN)),
                        List.of(STOCK)));
    }

    @Test
    void a_store_that_only_holds_offline_entities_does_not_matter_to_an_offline_profile() {
        down(FIELD);

        assertThat(connectivity.ofProfile(profile("Phone")).online()).isTrue();
    }

    @Test
    void a_profile_without_online_entities_is_about_all_stores() {
        down(DEPOT);

        assertThat(connectivity.ofProfile(profile("Away")).online()).isFalse();
    }

    @Test
    void in_a_web_profile_every_entity_is_live() {
        down(FIELD);

        assertThat(connectivity.ofProfile(profile("Desk")).unavailable()).containsExactly(TASK);
    }

    @Test
    void named_entities_are_about_their_own_stores_only() {
        down(DEPOT);

        assertThat(connectivity.of(List.of(TASK)).online()).isTrue();
        assertThat(connectivity.of(List.of(TASK, STOCK)).unavailable()).containsExactly(STOCK);
    }

    private void down(StoreName store) {
        states.failed(store);
        states.failed(store);
    }

    private static Profile profile(String name) {
        Profile profile = MODEL.profiles().get(new ProfileName(name));
        if (profile == null) {
            throw new IllegalArgumentException(name);
        }
        return profile;
    }
}
