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

    ProfilesResource(Calls calls) {
        this.calls = calls;
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
        Model model = calls.edition().model();
        return calls.outsideProfiles().map(signed -> profilesOf(model, signed));
    }

    private static Profiles profilesOf(Model model, Signed signed) {
        return new Profiles(model.profiles().values().stream()
                .filter(profile -> profile.admits(signed.caller().roles()))
                .map(profile ->
                        new Profiles.Line(profile.name().value(), profile.kind().key()))
                .toList());
    }
}
