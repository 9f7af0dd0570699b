package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberSet;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.Sha256;
import dev.tidegate.model.SyncRule;
import dev.tidegate.xpath.Condition;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Decides what a download brings ({@code rules}: download): of each entity that the profile lists, the objects whose own entity it is,
 * that the caller may read, and that meet the entity's constraint. The limitations of client's constraints do not apply.
 */
public final class DownloadRules {
    private static final int FINGERPRINT_BYTES = 8;

    private final Rulebook rulebook;
    private final Model model;
    private final Map<Key, List<DownloadSet>> known = new ConcurrentHashMap<>();
    private final Map<Selectable, DownloadSet.Kept> selectable = new ConcurrentHashMap<>();

    private record Key(ProfileName profile, Set<RoleName> roles, boolean current) {}

    private record Selectable(ProfileName profile, Set<RoleName> roles, boolean current, EntityName entity) {}

    public DownloadRules(Rulebook rulebook) {
        this.rulebook = rulebook;
        this.model = rulebook.model();
    }

    /**
     * The sets of a full download, in the model's order.
     *
     * @param current whether the client knows the current model; for any other, entities with compatibility behave as {@code all}
     */
    public List<DownloadSet> sets(Profile profile, Set<RoleName> roles, boolean current) {
        Set<RoleName> granted = rulebook.known(roles);
        return known.computeIfAbsent(new Key(profile.name(), granted, current), _ -> decide(profile, granted, current));
    }

    /**
     * What a selective download may bring of an entity: the objects whose own entity it is and that the caller may read, whatever the
     * mode says.
     *
     * @param current as for {@link #sets}
     */
    public DownloadSet.Kept selectable(Profile profile, Set<RoleName> roles, boolean current, EntityName entity) {
        Set<RoleName> granted = rulebook.known(roles);
        return selectable.computeIfAbsent(
                new Selectable(profile.name(), granted, current, entity),
                _ -> kept(profile.forClients(current), rulebook.access(granted), entity, Condition.always()));
    }

    private List<DownloadSet> decide(Profile profile, Set<RoleName> roles, boolean current) {
        ReadAccess access = rulebook.access(roles);
        Profile known = profile.forClients(current);
        List<DownloadSet> sets = new ArrayList<>();
        for (EntityName entity : model.entities().keySet()) {
            SyncRule rule = known.sync().get(entity);
            if (rule != null) {
                switch (rule.mode()) {
                    case ALL -> sets.add(kept(known, access, entity, Condition.always()));
                    case BY_XPATH ->
                        sets.add(kept(
                                known,
                                access,
                                entity,
                                rulebook.syncConstraint(known.name(), entity).orElseGet(Condition::never)));
                    case NOTHING_CLEAR -> sets.add(new DownloadSet.Cleared(entity));
                    case NOTHING_PRESERVE, NEVER -> sets.add(new DownloadSet.Left(entity));
                    case ONLINE -> {}
                }
            }
        }
        return List.copyOf(sets);
    }

    private DownloadSet.Kept kept(Profile profile, ReadAccess access, EntityName entity, Condition constraint) {
        List<Grant> grants = access.grants(entity);
        EntityView view = new EntityView(
                entity, grants, new EntityViews(model, new Limitations(model, profile), access).readOnly(entity));
        Condition where = access.readableAsOwn(entity).and(constraint);
        List<Condition> conditions = Stream.concat(
                        Stream.of(constraint), grants.stream().map(Grant::when))
                .filter(condition -> !condition.isAlways())
                .distinct()
                .toList();
        DecidedQuery objects =
                new DecidedQuery(entity, where, Set.of(), List.of(view), Optional.empty(), List.of(), List.of());
        return new DownloadSet.Kept(entity, objects, conditions, uses(conditions), fingerprint(where, view));
    }

    private static DownloadSet.Uses uses(List<Condition> conditions) {
        boolean clock = false;
        boolean zone = false;
        boolean user = false;
        for (Condition condition : conditions) {
            ConditionUses uses = ConditionUses.of(condition);
            clock |= uses.clock();
            zone |= uses.zone();
            user |= uses.bareCurrentUser() || !uses.currentUsers().isEmpty();
        }
        return new DownloadSet.Uses(clock, zone, user);
    }

    /** Over what the objects are chosen by, and over all that may be seen of them. */
    private String fingerprint(Condition where, EntityView view) {
        StringBuilder text = new StringBuilder(ConditionText.of(where));
        view.grants().forEach(grant -> {
            text.append("\ngrant ").append(ConditionText.of(grant.when()));
            members(text, grant.read());
            members(text, grant.write());
        });
        text.append("\nread only ").append(new TreeSet<>(view.readOnly()));
        text.append("\nkept in ")
                .append(model.entity(view.entity()).store())
                .append(' ')
                .append(model.entity(view.entity()).table());
        model.attributes(view.entity())
                .forEach(declared -> text.append('\n')
                        .append(declared.declaredIn())
                        .append(' ')
                        .append(declared.attribute().name())
                        .append(' ')
                        .append(declared.attribute().type().key())
                        .append(' ')
                        .append(declared.attribute().column()));
        model.ownedEnds(view.entity())
                .forEach(end -> text.append('\n')
                        .append(end.association().name())
                        .append(' ')
                        .append(end.direction())
                        .append(' ')
                        .append(end.association().storage()));
        return HexFormat.of().formatHex(Sha256.of(text.toString()), 0, FINGERPRINT_BYTES);
    }

    private static void members(StringBuilder text, MemberSet members) {
        switch (members) {
            case MemberSet.All _ -> text.append(" all");
            case MemberSet.Some(var names) -> text.append(' ').append(new TreeSet<>(names));
        }
    }
}
