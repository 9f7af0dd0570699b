package dev.tidegate.api;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Words to speak of the demo's objects: object n of an entity has the id md5('table:n') ({@code demo/seed.sql}). */
final class Demo {
    private Demo() {}

    static String id(String table, int n) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest((table + ":" + n).getBytes(StandardCharsets.UTF_8));
            BigInteger number = new BigInteger(1, digest);
            return new UUID(number.shiftRight(64).longValue(), number.longValue()).toString();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
