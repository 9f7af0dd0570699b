package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelIssue;
import dev.tidegate.model.Positions;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.xpath.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The model with every constraint in it bound: access rules as grants, by-xpath constraints as conditions. Built once
 * for a model; immutable. A model with errors of {@link #issues} never becomes one.
 */
public final class Rulebook {
    private final Model model;

    private Rulebook(Model model) {
        this.model = model;
    }

    /** What is wrong or doubtful beyond the structure of the file: constraints, modes that do not fit. In file order. */
    public static List<ModelIssue> issues(Model model, Positions positions) {
        return List.of();
    }

    /** The rules of a model without errors; throws {@link IllegalArgumentException} for any other. */
    public static Rulebook of(Model model) {
        return new Rulebook(model);
    }

    public Model model() {
        return model;
    }

    /** What callers with these roles may do with objects whose own entity is this one; in the model's order. */
    public List<Grant> grants(Set<RoleName> roles, EntityName entity) {
        return List.of();
    }

    /** The constraint of an entity that a profile synchronizes by XPath. */
    public Optional<Condition> syncConstraint(ProfileName profile, EntityName entity) {
        return Optional.empty();
    }
}
