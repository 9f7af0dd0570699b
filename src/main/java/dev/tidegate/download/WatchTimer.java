package dev.tidegate.download;

import java.time.Duration;

/** Does something later, without holding a thread for it. */
@FunctionalInterface
public interface WatchTimer {
    void after(Duration pause, Runnable then);
}
