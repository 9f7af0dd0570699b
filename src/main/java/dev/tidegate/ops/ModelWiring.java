package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.edition.Edition;
import dev.tidegate.edition.Editions;
import dev.tidegate.edition.ModelContent;
import dev.tidegate.edition.ModelLoading;
import dev.tidegate.edition.ModelSource;
import dev.tidegate.edition.Reloading;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelIssue;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.store.StoreAccess;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * Makes the model that this process serves, and looks whether its file has another one by now. With an error in it, the process does not
 * start; one that comes later is not served.
 */
@Singleton
final class ModelWiring {
    private static final Logger LOG = Logger.getLogger(ModelWiring.class);

    /** The model with which the process starts. */
    record First(ModelContent content, Rulebook rulebook, List<ModelIssue> warnings) {
        Set<StoreName> stores() {
            return Edition.storesOf(rulebook.model());
        }
    }

    private record FileSource(Path path) implements ModelSource {
        @Override
        public String name() {
            return path.toString();
        }

        @Override
        public boolean isFile() {
            return true;
        }

        @Override
        public ModelContent read() {
            return ModelContent.ofFile(path);
        }
    }

    private record DemoSource() implements ModelSource {
        @Override
        public String name() {
            return Demo.NAME;
        }

        @Override
        public boolean isFile() {
            return false;
        }

        @Override
        public ModelContent read() {
            return Demo.content();
        }
    }

    @Produces
    @Singleton
    ModelSource source(TidegateConfig config) {
        return config.model()
                .<ModelSource>map(path -> new FileSource(Path.of(path)))
                .orElseGet(DemoSource::new);
    }

    @Produces
    @Singleton
    First first(ModelSource source) {
        ModelContent content = source.read();
        ModelLoading loading = ModelLoading.of(content);
        Rulebook rulebook = loading.rulebook().orElseThrow(() -> new StartRefused(loading.report()));
        if (!loading.issues().isEmpty()) {
            LOG.warn(loading.report());
        }
        return new First(content, rulebook, loading.issues());
    }

    @Produces
    @Singleton
    Editions editions(EditionMaker maker, First first) {
        return new Editions(maker.make(first.rulebook()));
    }

    @Produces
    @Singleton
    Reloading reloading(
            Editions editions,
            ModelSource source,
            First first,
            EditionMaker maker,
            Hosting hosting,
            ConfiguredStores stores,
            StoreStates states,
            Observer observer,
            Clock clock) {
        return new Reloading(
                editions,
                source,
                first.content(),
                first.warnings(),
                new Reloading.Tools(
                        maker::make,
                        model -> unservable(model, hosting, stores),
                        store -> states.of(store).isUsable(),
                        Infrastructure.getDefaultWorkerPool(),
                        observer,
                        clock,
                        Reloading.Pace.USUAL));
    }

    /** What would refuse the start of a process that has this model, and what this one cannot do since it has started with another. */
    private static List<ModelIssue> unservable(Model model, Hosting hosting, ConfiguredStores opened) {
        return new TreeSet<>(Edition.storesOf(model))
                .stream()
                        .flatMap(store -> unservable(store, hosting, opened).stream())
                        .toList();
    }

    private static Optional<ModelIssue> unservable(StoreName store, Hosting hosting, ConfiguredStores opened) {
        try {
            StoreAccess access = hosting.stores(Set.of(store)).get(store);
            return access != null && access.equals(opened.all().get(store))
                    ? Optional.empty()
                    : Optional.of(issue(
                            "store-not-open",
                            "The model keeps entities in the store '" + store
                                    + "', which this process did not know when it started.",
                            "Start the gateway anew."));
        } catch (StartRefused refused) {
            return Optional.of(issue(
                    "store-not-configured",
                    String.valueOf(refused.getMessage()),
                    "Settings are read when the gateway starts: it has to be started anew with them."));
        }
    }

    private static ModelIssue issue(String code, String detail, String advice) {
        return new ModelIssue(ModelIssue.Severity.ERROR, code, ModelContent.START, detail, advice);
    }

    void check(@Observes @Priority(StartOrder.CHECKS) StartupEvent start, TidegateConfig config) {
        if (config.modelCheck().isNegative()) {
            throw new StartRefused("tidegate.model-check is " + config.modelCheck()
                    + ": it is a time between two looks at the model file, or 0 for none.");
        }
    }

    void show(
            @Observes @Priority(StartOrder.PROBES) StartupEvent start,
            Editions editions,
            Reloading reloading,
            Observer observer,
            MeterRegistry registry) {
        observer.see(new Observation.ModelServed(editions.current().version()));
        Gauge.builder("tidegate.model.refused", reloading, now -> now.isRefused() ? 1 : 0)
                .register(registry);
    }

    void watch(
            @Observes @Priority(StartOrder.PROBES) StartupEvent start,
            Reloading reloading,
            TidegateConfig config,
            Clockwork clockwork) {
        Duration pause = config.modelCheck();
        if (reloading.source().isFile() && pause.isPositive()) {
            look(reloading, pause, clockwork);
        }
    }

    /** Again and again, one look after the other. */
    private static void look(Reloading reloading, Duration pause, Clockwork clockwork) {
        clockwork.after(
                pause.toMillis(),
                () -> reloading
                        .look()
                        .onTermination()
                        .invoke(() -> look(reloading, pause, clockwork))
                        .subscribe()
                        .with(_ -> {}, failure -> LOG.error("The model file could not be looked at.", failure)));
    }
}
