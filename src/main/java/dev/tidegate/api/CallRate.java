package dev.tidegate.api;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Optional;

/** Counts how often each of many calls, a bucket of tokens for each; one that would be full again is forgotten. */
final class CallRate {
    private static final int MOST = 100_000;

    private final LoadingCache<String, Bucket> buckets;

    CallRate(AdmissionLimits.Rate rate, TimeMeter clock) {
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(Duration.ofSeconds(rate.burst() / rate.perSecond() + 1L))
                .executor(Runnable::run)
                .ticker(clock::currentTimeNanos)
                .build(_ -> Bucket.builder()
                        .withCustomTimePrecision(clock)
                        .addLimit(limit ->
                                limit.capacity(rate.burst()).refillGreedy(rate.perSecond(), Duration.ofSeconds(1)))
                        .build());
    }

    /** How long it is too early for another call; empty when it counts. */
    Optional<Duration> tooEarly(String who) {
        ConsumptionProbe probe = buckets.get(who).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? Optional.empty() : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
}
