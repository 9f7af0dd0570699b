/** An oracle for live reads: what must come back, told from the documents over objects in memory, and compared with what does. */
@NullMarked
package dev.tidegate.oracle;

import org.jspecify.annotations.NullMarked;
