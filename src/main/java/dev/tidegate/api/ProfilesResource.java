package dev.tidegate.api;

import dev.tidegate.model.Model;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** The profiles that a caller may use. */
@Path("/v1/profiles")
@Produces(MediaType.APPLICATION_JSON)
public final class ProfilesResource {
    private final Calls calls;
    private final Model model;

    ProfilesResource(Calls calls, Model model) {
        this.calls = calls;
        this.model = model;
    }

    /** As JSON: {@code {"profiles":[{"name":"NativeMobile","kind":"native-mobile"}]}}. */
    public record Profiles(List<Line> profiles) {
        public Profiles {
            profiles = List.copyOf(profiles);
        }

        /** One profile. */
        public record Line(String name, String kind) {}
    }

    @GET
    public Uni<Profiles> list() {
        return calls.outsideProfiles().map(this::profilesOf);
    }

    private Profiles profilesOf(Signed signed) {
        return new Profiles(model.profiles().values().stream()
                .filter(profile -> profile.admits(signed.caller().roles()))
                .map(profile ->
                        new Profiles.Line(profile.name().value(), profile.kind().key()))
                .toList());
    }
}
