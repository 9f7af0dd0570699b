/** A checked query or change becomes SQL text and bind values; no connection is known here. */
@NullMarked
package dev.tidegate.sql;

import org.jspecify.annotations.NullMarked;
