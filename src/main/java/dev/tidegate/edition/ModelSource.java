package dev.tidegate.edition;

/** Where the model comes from. The file is the truth: what is served is what stands in it, on every replica and after a restart. */
public interface ModelSource {

    /** For people: the path, or what is built in. */
    String name();

    /** Whether it is a file, which may change. */
    boolean isFile();

    /** What stands in it now. Blocks. */
    ModelContent read();
}
