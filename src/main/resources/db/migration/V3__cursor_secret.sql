-- What signs the cursors of pages where no tidegate.cursor.secret is configured: one for all replicas, made here, so that
-- none of them can make another. Three random UUIDs have more bits of chance than the digest.

CREATE TABLE tidegate_queue.cursor_secret (
    id     integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    secret bytea   NOT NULL
);

INSERT INTO tidegate_queue.cursor_secret (secret)
VALUES (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
