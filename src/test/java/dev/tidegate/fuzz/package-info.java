/** Coverage-guided fuzzing of what reads text of strangers; the command is in src/docs/testing.md. */
@NullMarked
package dev.tidegate.fuzz;

import org.jspecify.annotations.NullMarked;
