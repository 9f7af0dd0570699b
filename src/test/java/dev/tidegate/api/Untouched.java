package dev.tidegate.api;

import io.quarkus.test.junit.QuarkusTestProfile;

/**
 * A gateway with the demo as it was made, for tests that count its rows. Those that write, some of them at random, run on
 * other databases; what the tests here write they take away again.
 */
public final class Untouched implements QuarkusTestProfile {}
