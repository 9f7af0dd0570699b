/** The nouns: entity, attribute, association, profile, mode, access rule; the model file becomes them, checked as a whole. */
@NullMarked
package dev.tidegate.model;

import org.jspecify.annotations.NullMarked;
