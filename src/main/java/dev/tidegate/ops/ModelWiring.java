package dev.tidegate.ops;

import dev.tidegate.model.Model;
import dev.tidegate.policy.Rulebook;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** Makes the model that this process serves; with an error in it, the process does not start. */
@Singleton
final class ModelWiring {
    private static final Logger LOG = Logger.getLogger(ModelWiring.class);

    @Produces
    @Singleton
    Rulebook rulebook(TidegateConfig config) {
        ModelLoading loading =
                config.model().map(path -> ModelLoading.ofFile(Path.of(path))).orElseGet(ModelLoading::ofDemo);
        Rulebook rulebook = loading.rulebook().orElseThrow(() -> new StartRefused(loading.report()));
        if (!loading.issues().isEmpty()) {
            LOG.warn(loading.report());
        }
        return rulebook;
    }

    @Produces
    @Singleton
    Model model(Rulebook rulebook) {
        return rulebook.model();
    }
}
