@NullMarked
package dev.tidegate.model;

import org.jspecify.annotations.NullMarked;
