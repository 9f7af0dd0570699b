package dev.tidegate.ops;

import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * The gateway does not start as it is configured. The message is for the person who started it (what, where, what next) and
 * is all that is printed: no trace.
 */
public final class StartRefused extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public StartRefused(String message) {
        super(message);
    }
}
