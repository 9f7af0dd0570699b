package dev.tidegate.upload;

/** Whether a slice of a file may come. */
public sealed interface FileStart {

    /** It begins where the file ends just now. */
    record Ready(long number) implements FileStart {}

    /** All of it came before; so it should be the same. */
    record There(long number) implements FileStart {}

    /** The file goes on at another offset. */
    record Elsewhere(long received) implements FileStart {}

    /** The file of this id has another length. */
    record OtherFile() implements FileStart {}

    /** The caller has uploaded as much as may be kept of one. */
    record CallerFull() implements FileStart {}

    /** As much is kept as may be in all. */
    record Full() implements FileStart {}
}
