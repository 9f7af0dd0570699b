package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of settings in {@code operations.md} has every setting that there is, no other, and the defaults that hold. */
class SettingsInTheBookTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`tidegate\\.[^|]*) \\| ([^|]*?) ?\\|");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private static Map<String, String> book() {
        Map<String, String> rows = new TreeMap<>();
        try {
            ROW.matcher(Files.readString(Path.of("src", "docs", "operations.md"))
                            .split("(?m)^### ", 2)[0])
                    .results()
                    .forEach(row -> names(row.group(1)).forEach(name -> rows.put(name, row.group(2))));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return rows;
    }

    /** Of {@code `tidegate.a.b`, `.c`} the second is {@code tidegate.a.c}. */
    private static List<String> names(String cell) {
        List<String> names = new ArrayList<>();
        for (String name :
                CODE.matcher(cell).results().map(code -> code.group(1)).toList()) {
            String before = names.isEmpty() ? "" : names.getFirst();
            names.add(
                    name.startsWith(".")
                            ? before.substring(0, before.length() - lastSegments(before, name)) + name
                            : name);
        }
        return names;
    }

    private static int lastSegments(String before, String name) {
        long dots = name.chars().filter(c -> c == '.').count();
        int at = before.length();
        for (long i = 0; i < dots; i++) {
            at = before.lastIndexOf('.', at - 1);
        }
        return before.length() - at;
    }

    /** By key, with the default where there is one. */
    private static Map<String, Optional<String>> settings() {
        Map<String, Optional<String>> all = new TreeMap<>();
        collect("tidegate", TidegateConfig.class, all);
        return all;
    }

    private static void collect(String prefix, Class<?> group, Map<String, Optional<String>> all) {
        for (Method method : group.getDeclaredMethods()) {
            if (method.isSynthetic() || method.isDefault() || Modifier.isStatic(method.getModifiers())) {
                continue;
            }
            String key = prefix + "." + name(method);
            Type type = method.getGenericReturnType();
            if (type instanceof ParameterizedType of && of.getRawType() == Map.class) {
                key += ".<name>";
                type = of.getActualTypeArguments()[1];
            }
            if (type instanceof Class<?> nested && nested.isInterface() && nested.getEnclosingClass() != null) {
                collect(key, nested, all);
            } else {
                all.put(
                        key,
                        Optional.ofNullable(method.getAnnotation(WithDefault.class))
                                .map(WithDefault::value));
            }
        }
    }

    private static String name(Method method) {
        return Optional.ofNullable(method.getAnnotation(WithName.class))
                .map(WithName::value)
                .orElseGet(() -> Pattern.compile("[A-Z]")
                        .matcher(method.getName())
                        .replaceAll((MatchResult upper) -> "-" + upper.group().toLowerCase(Locale.ROOT)));
    }

    @Test
    void each_setting_is_in_the_book_and_none_that_is_not() {
        assertThat(book().keySet())
                .containsExactlyInAnyOrderElementsOf(settings().keySet());
    }

    @Test
    void the_book_has_the_defaults_that_hold() {
        Map<String, String> book = book();
        assertThat(settings().entrySet().stream()
                        .flatMap(setting -> setting.getValue().stream()
                                .filter(value ->
                                        !book.getOrDefault(setting.getKey(), "").contains("`" + value + "`"))
                                .map(value -> setting.getKey() + " is " + value + ", the book says "
                                        + book.get(setting.getKey())))
                        .collect(Collectors.toList()))
                .isEmpty();
    }
}
