package dev.tidegate.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jboss.resteasy.reactive.RestResponse;

/** The JSON Schema of the model file, for editors. Needs no caller. */
@Path("/v1/model.schema.json")
public final class SchemaResource {
    private static final String SCHEMA = "/model.schema.json";

    private final String schema;

    SchemaResource() throws IOException {
        try (InputStream in = SchemaResource.class.getResourceAsStream(SCHEMA)) {
            if (in == null) {
                throw new IllegalStateException(SCHEMA + " is missing");
            }
            schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @GET
    @Produces({"application/schema+json", "application/json"})
    public RestResponse<String> schema() {
        return RestResponse.ResponseBuilder.ok(schema)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=3600")
                .build();
    }
}
