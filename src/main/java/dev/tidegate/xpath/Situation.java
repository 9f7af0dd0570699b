package dev.tidegate.xpath;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

/** What the values of a constraint depend on besides its parameters: who asks, when, and in which time zone. */
public record Situation(String caller, Instant now, ZoneId zone) {
    public Situation {
        now = now.truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * The value, of the JDK class of its type; {@code parameters} gives those of parameters. The current user is found by
     * the statement itself, so asking for it is a bug.
     */
    public Object value(Value value, Function<Value.Parameter, Object> parameters) {
        return switch (value) {
            case Value.Constant constant -> constant.value();
            case Value.Parameter parameter -> parameters.apply(parameter);
            case Value.CurrentUserName _ -> caller;
            case Value.LocalMoment(var local) -> local.atZone(zone).toInstant();
            case Value.Clock(var formula) -> formula.at(now, zone);
            case Value.CurrentUser _ -> throw new IllegalStateException("the current user is found by the statement");
        };
    }
}
