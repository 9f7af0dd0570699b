package dev.tidegate.upload;

import io.smallrye.mutiny.Uni;

/** A slice of a file on its way in, piece by piece: the next one is given when the one before it has been taken. */
public interface FileUpload {

    /** Completes when the piece is durable. */
    Uni<Void> take(byte[] piece);

    /** The rest of the slice; completes when all of it is durable, with what there is of the file then. */
    Uni<StoredFile> end(byte[] last);
}
