package dev.tidegate.ops;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Makes what every part shares. */
@Singleton
final class CoreWiring {

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }
}
