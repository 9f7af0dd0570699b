package dev.tidegate.ops;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is configured of tokens for the first identity provider ({@code quarkus.oidc.token.*}, {@code quarkus.oidc.roles.*})
 * holds for further ones ({@code quarkus.oidc.<name>.*}) unless they say otherwise. Without a provider there is none: then
 * nobody has to say so.
 */
public final class IssuerDefaults implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1L;

    private static final String OIDC = "quarkus.oidc.";
    private static final String ENABLED = OIDC + "tenant-enabled";
    private static final Pattern OF_FURTHER =
            Pattern.compile("quarkus\\.oidc\\.(?:[^.\"]+|\"[^\"]+\")\\.((?:token|roles)\\..+)");

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue own = context.proceed(name);
        if (!name.startsWith(OIDC) || (own != null && isSaid(own))) {
            return own;
        }
        if (name.equals(ENABLED)) {
            return isGiven(context)
                    ? own
                    : ConfigValue.builder().withName(name).withValue("false").build();
        }
        Matcher further = OF_FURTHER.matcher(name);
        ConfigValue first = further.matches() ? context.proceed(OIDC + further.group(1)) : null;
        return first != null && isSaid(first) ? first.withName(name) : own;
    }

    @Override
    public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
        return context.iterateNames();
    }

    private static boolean isGiven(ConfigSourceInterceptorContext context) {
        return isGiven(context.proceed(OIDC + "auth-server-url")) || isGiven(context.proceed(OIDC + "public-key"));
    }

    private static boolean isGiven(@Nullable ConfigValue value) {
        return value != null && value.getValue() != null && !value.getValue().isBlank();
    }

    /** Defaults of extensions are no word of anybody's. */
    private static boolean isSaid(ConfigValue value) {
        return value.getConfigSourceOrdinal() > Integer.MIN_VALUE;
    }
}
