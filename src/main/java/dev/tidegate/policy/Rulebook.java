package dev.tidegate.policy;

import dev.tidegate.model.AccessRule;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelIssue;
import dev.tidegate.model.Positions;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.xpath.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The model with every constraint in it bound: access rules as grants, by-xpath constraints as conditions. Built once
 * for a model; immutable. A model with errors of {@link #issues} never becomes one.
 */
public final class Rulebook {
    private final Model model;
    private final ModelConstraints constraints;
    private final Set<RoleName> knownRoles = new HashSet<>();
    private final Map<Set<RoleName>, ReadAccess> accesses = new ConcurrentHashMap<>();

    private Rulebook(Model model, ModelConstraints constraints) {
        this.model = model;
        this.constraints = constraints;
        model.accessRules().forEach(rule -> knownRoles.addAll(rule.roles()));
    }

    /** What is wrong or doubtful beyond the structure of the file: constraints, modes that do not fit. In file order. */
    public static List<ModelIssue> issues(Model model, Positions positions) {
        return Stream.concat(new ModelConstraints(model).findings().stream(), new ModeRules(model).findings().stream())
                .map(finding -> finding.at(positions))
                .sorted(Comparator.comparing(ModelIssue::at))
                .toList();
    }

    /** The rules of a model without errors; throws {@link IllegalArgumentException} for any other. */
    public static Rulebook of(Model model) {
        ModelConstraints constraints = new ModelConstraints(model);
        List<String> errors = Stream.concat(constraints.findings().stream(), new ModeRules(model).findings().stream())
                .filter(finding -> finding.severity() == ModelIssue.Severity.ERROR)
                .map(ModelFinding::detail)
                .toList();
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException("the model has errors: " + String.join(" ", errors));
        }
        return new Rulebook(model, constraints);
    }

    public Model model() {
        return model;
    }

    /** What callers with these roles may do with objects whose own entity is this one; in the model's order. */
    public List<Grant> grants(Set<RoleName> roles, EntityName entity) {
        return access(roles).grants(entity);
    }

    /** What callers with these roles may read; worked out once for those of them that some rule names. */
    ReadAccess access(Set<RoleName> roles) {
        return accesses.computeIfAbsent(known(roles), known -> new ReadAccess(model, own -> collect(known, own)));
    }

    /** Those of the roles that some rule names; no other makes a difference. */
    Set<RoleName> known(Set<RoleName> roles) {
        Set<RoleName> known = new HashSet<>(roles);
        known.retainAll(knownRoles);
        return Set.copyOf(known);
    }

    private List<Grant> collect(Set<RoleName> roles, EntityName entity) {
        List<Grant> found = new ArrayList<>();
        for (int i = 0; i < model.accessRules().size(); i++) {
            AccessRule rule = model.accessRules().get(i);
            if (rule.entity().equals(entity) && rule.roles().stream().anyMatch(roles::contains)) {
                found.add(new Grant(constraints.ofRule(i), rule.read(), rule.write(), rule.create(), rule.delete()));
            }
        }
        return List.copyOf(found);
    }

    /** When callers with these roles may read an object of the entity or of a specialization of it, at all. */
    public Condition readable(Set<RoleName> roles, EntityName entity) {
        return access(roles).readable(entity);
    }

    /** The constraint of an entity that a profile synchronizes by XPath. */
    public Optional<Condition> syncConstraint(ProfileName profile, EntityName entity) {
        return constraints.ofSync(profile, entity);
    }
}
