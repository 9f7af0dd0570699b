/** What the program does besides serving: commands that need neither a database nor Quarkus, and end by themselves. */
@NullMarked
package dev.tidegate.ops.command;

import org.jspecify.annotations.NullMarked;
