/** What tests of all rooms share: fresh databases on one real server, a gateway on them, a network that can be broken. */
@NullMarked
package dev.tidegate.testing;

import org.jspecify.annotations.NullMarked;
