package dev.tidegate.read;

import java.util.Optional;

/**
 * What a live write is answered with, and what is remembered of it: the object's id as text and, unless it was deleted, its
 * version and the object as JSON.
 */
public record WriteAnswer(String id, Optional<String> version, Optional<String> json) {}
