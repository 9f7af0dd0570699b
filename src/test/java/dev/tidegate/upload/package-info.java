@NullMarked
package dev.tidegate.upload;

import org.jspecify.annotations.NullMarked;
