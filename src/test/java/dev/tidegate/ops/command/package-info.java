@NullMarked
package dev.tidegate.ops.command;

import org.jspecify.annotations.NullMarked;
