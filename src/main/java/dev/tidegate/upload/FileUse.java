package dev.tidegate.upload;

/** An operation of a batch, by its index, refers to a file. */
public record FileUse(FileId file, int index) {}
