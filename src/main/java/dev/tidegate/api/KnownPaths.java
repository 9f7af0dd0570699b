package dev.tidegate.api;

import dev.tidegate.observation.Observation.Flow;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which methods each path of the contract has, so that a wrong method can be told from a wrong path (Quarkus REST asks only
 * the endpoints of one class when it looks for the difference), and what a request to it is about.
 */
final class KnownPaths {
    private static final String PROFILE = "/v1/profiles/{}";

    private static final List<Known> ALL = List.of(
            known(Flow.CONNECTIVITY, "GET, HEAD", "/v1/connectivity"),
            known(Flow.OTHER, "GET, HEAD", "/v1/model.schema.json"),
            known(Flow.OTHER, "GET, HEAD", "/v1/profiles"),
            known(Flow.OTHER, "GET, HEAD", PROFILE),
            known(Flow.READ, "GET, HEAD, POST", PROFILE + "/objects/{}"),
            known(Flow.READ, "GET, HEAD, PATCH, DELETE", PROFILE + "/objects/{}/{}"),
            known(Flow.READ, "POST", PROFILE + "/queries"),
            known(Flow.READ, "GET, HEAD", PROFILE + "/aggregates/{}"),
            known(Flow.UPLOAD, "POST", PROFILE + "/batches"),
            known(Flow.UPLOAD, "GET, HEAD", PROFILE + "/batches/{}"),
            known(Flow.DOWNLOAD, "GET, HEAD, POST", PROFILE + "/changes"),
            known(Flow.DOWNLOAD, "GET, HEAD", PROFILE + "/changes/events"),
            known(Flow.DOWNLOAD, "POST", PROFILE + "/sync"),
            known(Flow.UPLOAD, "GET, HEAD", PROFILE + "/errors"),
            known(Flow.UPLOAD, "GET, HEAD, DELETE", PROFILE + "/errors/{}"),
            known(Flow.UPLOAD, "POST", PROFILE + "/errors/{}/retry"),
            known(Flow.UPLOAD, "GET, HEAD", PROFILE + "/clients/{}"),
            known(Flow.UPLOAD, "POST", PROFILE + "/ids"),
            known(Flow.UPLOAD, "GET, HEAD, PUT", PROFILE + "/files/{}"),
            known(Flow.CHECK, "POST", PROFILE + "/checks"),
            known(Flow.OTHER, "GET, HEAD", "/admin/dead-letters"),
            known(Flow.OTHER, "POST", "/admin/dead-letters/retry"),
            known(Flow.OTHER, "POST", "/admin/dead-letters/discard"),
            known(Flow.OTHER, "GET, HEAD", "/admin/dead-letters/{}"),
            known(Flow.OTHER, "POST", "/admin/dead-letters/{}/retry"),
            known(Flow.OTHER, "POST", "/admin/dead-letters/{}/discard"),
            known(Flow.OTHER, "GET, HEAD", "/admin/audit"),
            known(Flow.OTHER, "GET, HEAD", "/admin/clients"),
            known(Flow.OTHER, "GET, HEAD", "/admin/batches"),
            known(Flow.OTHER, "GET, HEAD", "/admin/batches/{}/{}"),
            known(Flow.OTHER, "GET, HEAD", "/admin/stores"),
            known(Flow.OTHER, "GET, HEAD, POST", "/admin/model"),
            known(Flow.OTHER, "GET, HEAD", "/problems"),
            known(Flow.OTHER, "GET, HEAD", "/problems/{}"));

    private static final Pattern ENTITY =
            Pattern.compile("/v1/profiles/[^/]+/(?:objects|aggregates)/([^/]+)(?:/[^/]+)?");

    private record Known(Flow flow, String methods, String template, Pattern path) {
        boolean matches(String rawPath) {
            return path.matcher(rawPath).matches();
        }
    }

    private KnownPaths() {}

    /** The methods of a path, as the header {@code Allow} lists them; empty for a path that the contract does not have. */
    static Optional<String> methodsOf(String rawPath) {
        return find(rawPath).map(Known::methods);
    }

    /** The flow that a request is for; live objects are read or written, as the method says. */
    static Flow flowOf(String method, String rawPath) {
        Flow flow = find(rawPath).map(Known::flow).orElse(Flow.OTHER);
        boolean writes = ENTITY.matcher(rawPath).matches() && !method.equals("GET") && !method.equals("HEAD");
        return flow == Flow.READ && writes ? Flow.WRITE : flow;
    }

    /** The path as the contract has it, {@code {}} in the place of names and ids; {@code other} for any other. */
    static String templateOf(String rawPath) {
        return find(rawPath).map(Known::template).orElse("other");
    }

    /** The name of an entity as the path spells it. */
    static Optional<String> entityOf(String rawPath) {
        Matcher matcher = ENTITY.matcher(rawPath);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static Optional<Known> find(String rawPath) {
        return ALL.stream().filter(known -> known.matches(rawPath)).findFirst();
    }

    private static Known known(Flow flow, String methods, String template) {
        return new Known(
                flow,
                methods,
                template,
                Pattern.compile(template.replace(".", "\\.").replace("{}", "[^/]+")));
    }
}
