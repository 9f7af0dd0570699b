@NullMarked
package dev.tidegate.xpath;

import org.jspecify.annotations.NullMarked;
