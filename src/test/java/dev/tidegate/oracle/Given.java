package dev.tidegate.oracle;

import dev.tidegate.read.ParameterValue;
import org.jspecify.annotations.Nullable;

/** A parameter as it is sent, and the value that it stands for; null is sent as JSON's null. */
record Given(ParameterValue sent, @Nullable Object meant) {}
