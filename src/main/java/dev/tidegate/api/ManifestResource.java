package dev.tidegate.api;

import dev.tidegate.policy.Manifest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestResponse;

/** What an app must know of a profile. Its {@code ETag} stands for the model, the profile and the caller's roles. */
@Path("/v1/profiles/{profile}")
public final class ManifestResource {
    private final Calls calls;
    private final ManifestJson json;

    ManifestResource(Calls calls, ManifestJson json) {
        this.calls = calls;
        this.json = json;
    }

    @GET
    public Uni<RestResponse<String>> manifest(@PathParam("profile") String profile) {
        return calls.in(profile).map(this::answer);
    }

    private RestResponse<String> answer(Call call) {
        call.query().finish();
        String tag = tag(call);
        RestResponse.ResponseBuilder<String> answer = EntityTags.isKnown(call, tag)
                ? RestResponse.ResponseBuilder.create(RestResponse.Status.NOT_MODIFIED)
                : RestResponse.ResponseBuilder.ok(
                        json.of(Manifest.of(
                                call.edition().rulebook(),
                                call.profile(),
                                call.caller().roles())),
                        MediaType.APPLICATION_JSON_TYPE);
        return answer.header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.CACHE_CONTROL, "private, no-cache")
                .build();
    }

    private static String tag(Call call) {
        String shaping = call.caller().roles().stream()
                .map(Object::toString)
                .sorted()
                .collect(Collectors.joining(
                        ",", call.edition().version() + "/" + call.profile().name() + "/", ""));
        return "\"" + UUID.nameUUIDFromBytes(shaping.getBytes(StandardCharsets.UTF_8)) + "\"";
    }
}
