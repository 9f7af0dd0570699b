package dev.tidegate.ops.command;

import dev.tidegate.model.RoleName;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.policy.ChecksText;
import dev.tidegate.policy.QueryText;
import dev.tidegate.policy.SortText;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * The checks that a team keeps beside its app: the body of {@code POST …/checks} as YAML (or JSON, which is YAML), with the
 * {@code profile} that it is about. With problems the rest is as far as it could be read.
 */
record ChecksFile(String profile, ChecksText checks, List<String> problems) {
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    ChecksFile {
        problems = List.copyOf(problems);
    }

    static ChecksFile read(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                return unreadable(file + " is larger than 4 MiB.");
            }
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString());
        } catch (CharacterCodingException notText) {
            return unreadable(file + " is not UTF-8 text.");
        } catch (IOException broken) {
            return unreadable(file + " cannot be read. Check the path.");
        }
    }

    static ChecksFile parse(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setMaxAliasesForCollections(0)
                .setCodePointLimit(MAX_BYTES)
                .build();
        try {
            return of(json(new Load(settings).loadFromString(text)));
        } catch (YamlEngineException malformed) {
            return unreadable("It is not YAML: "
                    + String.valueOf(malformed.getMessage()).strip().replaceAll("\\s+", " ") + ".");
        } catch (StackOverflowError tooDeep) {
            return unreadable("It is nested too deeply.");
        }
    }

    private static ChecksFile of(@Nullable Object document) {
        List<String> problems = new ArrayList<>();
        Fields file = Fields.of(document, "", problems, "profile", "roles", "queries", "writes", "batches");
        String profile = file.needed("profile");
        Set<RoleName> roles = new LinkedHashSet<>();
        file.texts("roles").orElse(List.of()).forEach(role -> roles.add(new RoleName(role)));
        if (roles.isEmpty()) {
            file.problem("roles", "must name at least one role.");
        }
        ChecksText checks = new ChecksText(
                roles,
                file.items("queries", "name", "entity", "constraint", "sort", "expand", "attributes", "live").stream()
                        .map(ChecksFile::query)
                        .toList(),
                file.items("writes", "name", "op", "entity", "members", "live").stream()
                        .map(ChecksFile::write)
                        .toList(),
                file.items("batches", "name", "operations").stream()
                        .map(ChecksFile::batch)
                        .toList());
        return new ChecksFile(profile, checks, problems);
    }

    private static ChecksText.OfQuery query(Fields item) {
        QueryText query = new QueryText(
                item.needed("entity"),
                item.text("constraint"),
                Set.of(),
                item.texts("attributes"),
                item.texts("expand").orElse(List.of()),
                item.items("sort", "path", "order").stream()
                        .map(ChecksFile::sort)
                        .toList());
        return new ChecksText.OfQuery(name(item), query, item.flag("live"));
    }

    private static SortText sort(Fields key) {
        String order = key.text("order").orElse("asc");
        if (!Set.of("asc", "desc").contains(order)) {
            key.problem("order", "must be asc or desc.");
        }
        return new SortText(key.needed("path"), order.equals("desc"), 0);
    }

    private static ChecksText.OfWrite write(Fields item) {
        return new ChecksText.OfWrite(
                name(item),
                kind(item),
                item.needed("entity"),
                item.texts("members").orElse(List.of()),
                item.flag("live"));
    }

    private static ChecksText.OfBatch batch(Fields item) {
        List<ChangeText> operations = new ArrayList<>();
        for (Fields operation :
                item.items("operations", "op", "entity", "id", "baseVersion", "attributes", "associations")) {
            operations.add(new ChangeText(
                    kind(operation),
                    operation.needed("entity"),
                    operation.text("id"),
                    operation.text("baseVersion"),
                    operation.values("attributes"),
                    operation.values("associations"),
                    "/operations/" + operations.size()));
        }
        return new ChecksText.OfBatch(name(item), operations);
    }

    private static String name(Fields item) {
        return item.text("name").orElse(item.pointer().substring(1));
    }

    private static ChangeText.Kind kind(Fields item) {
        String op = item.needed("op");
        for (ChangeText.Kind kind : ChangeText.Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(op)) {
                return kind;
            }
        }
        if (!op.isEmpty()) {
            item.problem("op", "must be create, update or delete.");
        }
        return ChangeText.Kind.UPDATE;
    }

    /** Numbers with a point as JSON parsers give them; what JSON does not know as text. */
    private static @Nullable Object json(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((key, item) -> copy.put(String.valueOf(key), json(item)));
                yield copy;
            }
            case List<?> list -> {
                List<@Nullable Object> copy = new ArrayList<>();
                list.forEach(item -> copy.add(json(item)));
                yield copy;
            }
            case Double number ->
                Double.isFinite(number) ? (Object) BigDecimal.valueOf(number) : String.valueOf(number);
            case String text -> text;
            case Boolean flag -> flag;
            case Number number -> number;
            default -> String.valueOf(value);
        };
    }

    private static ChecksFile unreadable(String problem) {
        return new ChecksFile("", new ChecksText(Set.of(), List.of(), List.of(), List.of()), List.of(problem));
    }
}
