package dev.tidegate.upload;

/** One file of one caller; to all others it is as if it were not there. */
public record FileKey(String caller, FileId file) {}
