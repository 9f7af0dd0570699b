package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.policy.CheckVerdict;
import dev.tidegate.policy.ChecksText;
import dev.tidegate.policy.Site;
import dev.tidegate.problem.Violation;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Tells at design time what would be refused. Always answers {@code 200}: a no is the answer, not a failure. */
@Path("/v1/profiles/{profile}/checks")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ChecksResource {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Calls calls;

    ChecksResource(Calls calls) {
        this.calls = calls;
    }

    @POST
    public Uni<String> check(@PathParam("profile") String profile) {
        return calls.withBody(profile).map(ChecksResource::judge).map(ChecksResource::json);
    }

    private static List<CheckVerdict> judge(BodyCall called) {
        called.call().query().finish();
        ChecksText asked =
                ChecksReader.read(called.body(), called.call().caller().roles());
        if (!called.call().caller().roles().containsAll(asked.roles())) {
            Calls.requireOperator(called.call().signed());
        }
        return called.call().edition().checks().judge(called.call().profile(), asked);
    }

    private static String json(List<CheckVerdict> verdicts) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeBooleanField("allowed", verdicts.stream().allMatch(CheckVerdict::allowed));
            json.writeArrayFieldStart("results");
            for (CheckVerdict verdict : verdicts) {
                write(json, verdict);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString();
    }

    private static void write(JsonGenerator json, CheckVerdict verdict) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", verdict.name());
        json.writeStringField("runsOn", verdict.runsOn() == Site.DEVICE ? "device" : "server");
        json.writeBooleanField("allowed", verdict.allowed());
        json.writeArrayFieldStart("violations");
        for (Violation violation : verdict.violations()) {
            ProblemJson.write(json, violation);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("warnings");
        for (CheckVerdict.Warning warning : verdict.warnings()) {
            json.writeStartObject();
            json.writeStringField("code", warning.code());
            json.writeStringField("detail", warning.detail());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
