package dev.tidegate.policy;

import dev.tidegate.model.MemberSet;
import dev.tidegate.xpath.Condition;

/**
 * What one access rule gives to a caller on objects of one own entity that meet {@code when} (its constraint, bound;
 * always true without one). {@code create} does not depend on {@code when}.
 */
public record Grant(Condition when, MemberSet read, MemberSet write, boolean create, boolean delete) {}
