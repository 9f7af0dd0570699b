/** What changed since your cursor. */
@NullMarked
package dev.tidegate.download;

import org.jspecify.annotations.NullMarked;
