package dev.tidegate.model;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Reads one profile: its kind, its roles and how it synchronizes each entity. */
final class ProfileSection {
    private final ProfileName name;
    private final Section section;
    private final Issues issues;
    private final boolean onlineSyncMode;

    ProfileSection(ProfileName name, Section section, boolean onlineSyncMode) {
        this.name = name;
        this.section = section;
        this.issues = section.issues();
        this.onlineSyncMode = onlineSyncMode;
        section.allow("kind", "roles", "sync");
    }

    /** @param places is told where each entry of {@code sync} stands */
    Profile read(KnownEntities entities, BiConsumer<EntityName, Position> places) {
        Optional<ProfileKind> kind = section.require("kind", "Add 'kind: native-mobile', 'web-offline' or 'web'.")
                ? section.choice("kind", ProfileKind.values(), ProfileKind::key, "unknown-value")
                        .map(Placed::value)
                : Optional.empty();
        Optional<Set<RoleName>> roles = section.has("roles") ? Optional.of(roles()) : Optional.empty();
        if (kind.filter(ProfileKind.WEB::equals).isPresent()) {
            section.forbid("is not for the kind 'web': everything is read and written live there", "sync");
        }
        Map<EntityName, SyncRule> sync = new LinkedHashMap<>();
        section.section("sync", "'sync' of " + section.what())
                .map(Section::entries)
                .orElse(List.of())
                .forEach(entry -> entities.resolve(new Placed<>(entry.key(), entry.at()))
                        .ifPresent(entity -> {
                            places.accept(entity, entry.at());
                            rule(entry).ifPresent(rule -> sync.put(entity, rule));
                        }));
        return new Profile(name, kind.orElse(ProfileKind.WEB), roles, sync);
    }

    private Set<RoleName> roles() {
        Set<RoleName> roles = new LinkedHashSet<>();
        section.texts("roles").forEach(role -> Names.role(role, issues).ifPresent(roles::add));
        if (section.value("roles")
                .filter(yaml ->
                        yaml instanceof Yaml.Sequence list && list.items().isEmpty())
                .isPresent()) {
            issues.error(
                    section.placeOf("roles"),
                    "missing-values",
                    section.what() + " names no role, so nobody may use it.",
                    "Name at least one role, or remove 'roles' to let every authenticated caller in.");
        }
        return roles;
    }

    private Optional<SyncRule> rule(Yaml.Entry entry) {
        String what = "'" + entry.key() + "' of " + section.what();
        if (entry.value() instanceof Yaml.Scalar scalar && scalar.kind() == Yaml.Scalar.Kind.TEXT) {
            Optional<Mode> mode = mode(section, new Placed<>(scalar.text(), scalar.at()));
            mode.filter(Mode.BY_XPATH::equals).ifPresent(_ -> missingConstraint(what, scalar.at()));
            return mode.map(given -> new SyncRule(given, Optional.empty(), ConflictPolicy.LAST_WINS, false));
        }
        return Section.of(what, entry.at(), entry.value(), issues).flatMap(this::rule);
    }

    private Optional<SyncRule> rule(Section given) {
        given.allow("mode", "constraint", "conflict", "compatibility");
        Optional<Mode> mode = given.require("mode", "Add 'mode:' with one of the sync modes.")
                ? given.text("mode").flatMap(text -> mode(given, text))
                : Optional.empty();
        Optional<String> constraint = given.text("constraint").map(Placed::value);
        ConflictPolicy conflict = given.choice(
                        "conflict", ConflictPolicy.values(), ConflictPolicy::key, "unknown-value")
                .map(Placed::value)
                .orElse(ConflictPolicy.LAST_WINS);
        boolean compatibility = given.flag("compatibility").map(Placed::value).orElse(false);
        mode.ifPresent(known -> check(given, known, compatibility));
        return mode.map(known ->
                new SyncRule(known, known == Mode.BY_XPATH ? constraint : Optional.empty(), conflict, compatibility));
    }

    private void check(Section given, Mode mode, boolean compatibility) {
        if (mode == Mode.BY_XPATH && !given.has("constraint")) {
            missingConstraint(given.what(), given.placeOf("mode"));
        }
        if (mode != Mode.BY_XPATH) {
            given.forbid("is only for the mode 'by-xpath'", "constraint");
        }
        if (compatibility && (mode == Mode.ALL || mode == Mode.BY_XPATH)) {
            issues.warning(
                    given.keyOf("compatibility"),
                    "no-effect",
                    "'compatibility' of " + given.what() + " has no effect in the mode '" + mode.key() + "'.",
                    "Remove it; it is for entities that moved to 'online', 'nothing-…' or 'never'.");
        }
    }

    private void missingConstraint(String what, Position at) {
        issues.error(
                at,
                "missing-constraint",
                what + " has the mode 'by-xpath' but no constraint.",
                "Write { mode: by-xpath, constraint: \"[…]\" }, or choose 'all'.");
    }

    private Optional<Mode> mode(Section where, Placed<String> given) {
        Optional<Mode> mode = where.choice("mode", given, Mode.values(), Mode::key, "unknown-value")
                .map(Placed::value);
        if (mode.filter(Mode.ONLINE::equals).isPresent() && !onlineSyncMode) {
            issues.error(
                    given.at(),
                    "online-mode-disabled",
                    "The mode 'online' is used, but the model does not enable it.",
                    "Add 'features: { online-sync-mode: true }' at the top, or choose another mode.");
        }
        return mode;
    }
}
