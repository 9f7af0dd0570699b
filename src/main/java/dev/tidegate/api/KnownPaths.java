package dev.tidegate.api;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which methods each path of the contract has, so that a wrong method can be told from a wrong path. Quarkus REST asks only
 * the endpoints of one class when it looks for the difference.
 */
final class KnownPaths {
    private static final String PROFILE = "/v1/profiles/{}";

    private static final List<Known> ALL = List.of(
            known("GET, HEAD", "/v1/connectivity"),
            known("GET, HEAD", "/v1/model.schema.json"),
            known("GET, HEAD", "/v1/profiles"),
            known("GET, HEAD", PROFILE),
            known("GET, HEAD, POST", PROFILE + "/objects/{}"),
            known("GET, HEAD, PATCH, DELETE", PROFILE + "/objects/{}/{}"),
            known("POST", PROFILE + "/queries"),
            known("GET, HEAD", PROFILE + "/aggregates/{}"),
            known("POST", PROFILE + "/batches"),
            known("GET, HEAD", PROFILE + "/batches/{}"),
            known("GET, HEAD, POST", PROFILE + "/changes"),
            known("GET, HEAD", PROFILE + "/changes/events"),
            known("POST", PROFILE + "/sync"),
            known("GET, HEAD", PROFILE + "/errors"),
            known("DELETE", PROFILE + "/errors/{}"),
            known("GET, HEAD", PROFILE + "/clients/{}"),
            known("POST", PROFILE + "/ids"),
            known("GET, HEAD, PUT", PROFILE + "/files/{}"),
            known("POST", PROFILE + "/checks"),
            known("GET, HEAD", "/problems"),
            known("GET, HEAD", "/problems/{}"));

    private record Known(String methods, Pattern path) {}

    private KnownPaths() {}

    /** The methods of a path, as the header {@code Allow} lists them; empty for a path that the contract does not have. */
    static Optional<String> methodsOf(String rawPath) {
        return ALL.stream()
                .filter(known -> known.path().matcher(rawPath).matches())
                .map(Known::methods)
                .findFirst();
    }

    private static Known known(String methods, String template) {
        return new Known(methods, Pattern.compile(template.replace(".", "\\.").replace("{}", "[^/]+")));
    }
}
