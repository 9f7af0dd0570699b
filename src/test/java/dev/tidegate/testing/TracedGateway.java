package dev.tidegate.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gateway as {@link Gateway} has it, with a tracing system that gets the calls which say that they are recorded, and no others. A
 * field of type {@code TracedGateway} of the test gets this.
 */
public final class TracedGateway implements QuarkusTestResourceLifecycleManager {
    private final Gateway gateway = new Gateway();
    private @Nullable Collector collector;

    public Collector collector() {
        Collector started = collector;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    @Override
    public Map<String, String> start() {
        collector = Collector.start();
        Map<String, String> configuration = new HashMap<>(gateway.start());
        configuration.put("tidegate.traces.endpoint", collector().url());
        configuration.put("tidegate.traces.ratio", "0");
        configuration.put("tidegate.traces.headers.authorization", Collector.CREDENTIALS);
        return configuration;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, new TestInjector.MatchesType(TracedGateway.class));
    }

    @Override
    public void stop() {
        gateway.stop();
        collector().close();
    }
}
