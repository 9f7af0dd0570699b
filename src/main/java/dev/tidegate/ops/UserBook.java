package dev.tidegate.ops;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The users that the configuration names, for HTTP Basic. Passwords are held and compared as digests, in the same time for
 * every name and password, known or not; the secrets are the operator's own, not strangers', so nothing slow is needed.
 */
final class UserBook {
    /** The people of the built-in demo; the first two are engineers of its seed. */
    private static final Map<String, String> DEMO =
            ordered("ada", "Engineer", "bert", "Engineer", "dora", "Dispatcher", "arno", "Auditor", "otto", "operator");

    private static final String NOBODY = digest("");

    private final Map<String, Entry> entries;

    private record Entry(String digest, Set<String> roles) {}

    private UserBook(Map<String, Entry> entries) {
        this.entries = entries;
    }

    static UserBook of(Map<String, TidegateConfig.User> configured) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        configured.forEach((name, user) -> entries.put(
                name, new Entry(digest(user.password()), Set.copyOf(user.roles().orElse(List.of())))));
        return new UserBook(entries);
    }

    /** The demo's users, whose passwords are their names. */
    static UserBook ofDemo() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        DEMO.forEach((name, role) -> entries.put(name, new Entry(digest(name), Set.of(role))));
        return new UserBook(entries);
    }

    /** The roles of the user with this password; empty for anybody else. */
    Optional<Set<String>> roles(String name, char[] password) {
        Entry entry = entries.get(name);
        boolean right = sameInSameTime(digest(new String(password)), entry == null ? NOBODY : entry.digest());
        return entry != null && right ? Optional.of(entry.roles()) : Optional.empty();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Names with roles: {@code ada (Engineer), otto (operator)}. */
    @Override
    public String toString() {
        return entries.entrySet().stream()
                .map(entry -> entry.getKey() + " ("
                        + String.join(
                                ", ", entry.getValue().roles().stream().sorted().toList()) + ")")
                .collect(Collectors.joining(", "));
    }

    private static boolean sameInSameTime(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(String password) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
