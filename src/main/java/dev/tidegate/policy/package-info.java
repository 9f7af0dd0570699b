/** Given the model and the request, may it happen? A pure yes or a reasoned no. */
@NullMarked
package dev.tidegate.policy;

import org.jspecify.annotations.NullMarked;
