package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.model.Association;
import dev.tidegate.model.Attribute;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.Manifest;
import dev.tidegate.problem.Violation;
import dev.tidegate.read.PageRequest;
import dev.tidegate.xpath.ConstraintParser;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Writes a manifest as the contract has it. What is false or empty of a member is left out where that says the same. */
@Singleton
final class ManifestJson {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int PROTOCOL = 1;

    private final long body;
    private final long file;
    private final int operations;
    private final int page;

    ManifestJson(
            @ConfigProperty(name = "tidegate.limits.body", defaultValue = "10M") MemorySize body,
            @ConfigProperty(name = "tidegate.limits.file", defaultValue = "16M") MemorySize file,
            @ConfigProperty(name = "tidegate.limits.operations", defaultValue = "10000") int operations,
            @ConfigProperty(name = "tidegate.limits.page", defaultValue = "10000") int page) {
        this.body = body.asLongValue();
        this.file = file.asLongValue();
        this.operations = operations;
        this.page = page;
    }

    String of(Manifest manifest) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            write(json, manifest);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString();
    }

    private void write(JsonGenerator json, Manifest manifest) throws IOException {
        json.writeStartObject();
        json.writeNumberField("protocol", PROTOCOL);
        json.writeStringField("modelVersion", manifest.modelVersion());
        json.writeStringField("profile", manifest.profile().name().value());
        json.writeStringField("kind", manifest.profile().kind().key());
        json.writeObjectFieldStart("features");
        json.writeBooleanField("onlineSyncMode", manifest.onlineSyncMode());
        json.writeEndObject();
        json.writeObjectFieldStart("limits");
        json.writeNumberField("body", body);
        json.writeNumberField("operations", operations);
        json.writeNumberField("page", page);
        json.writeNumberField("defaultPage", Math.min(PageRequest.DEFAULT_LIMIT, page));
        json.writeNumberField("constraint", ConstraintParser.LONGEST);
        json.writeNumberField("inlineBinary", ChangeRules.INLINE_BINARY);
        json.writeNumberField("file", file);
        json.writeNumberField("requestLine", RequestLine.LONGEST);
        json.writeNumberField("wait", BatchRoutes.LONGEST_WAIT);
        json.writeEndObject();
        json.writeObjectFieldStart("entities");
        for (Manifest.OfEntity entity : manifest.entities()) {
            json.writeFieldName(entity.entity().toString());
            write(json, entity);
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Manifest.OfEntity entity) throws IOException {
        json.writeStartObject();
        if (entity.mode().isPresent()) {
            json.writeStringField("mode", entity.mode().get().key());
        }
        if (entity.conflict().isPresent()) {
            json.writeStringField("conflict", entity.conflict().get().key());
        }
        json.writeStringField("idType", entity.idType().key());
        json.writeBooleanField("idsHandedOut", entity.idsHandedOut());
        if (entity.generalization().isPresent()) {
            json.writeStringField(
                    "generalization", entity.generalization().get().toString());
        }
        json.writeObjectFieldStart("rights");
        json.writeBooleanField("create", entity.rights().create());
        json.writeBooleanField("read", entity.rights().read());
        json.writeBooleanField("write", entity.rights().write());
        json.writeBooleanField("delete", entity.rights().delete());
        json.writeEndObject();
        json.writeObjectFieldStart("attributes");
        for (Manifest.OfAttribute attribute : entity.attributes()) {
            write(json, attribute);
        }
        json.writeEndObject();
        json.writeObjectFieldStart("associations");
        for (Manifest.OfAssociation association : entity.associations()) {
            write(json, association);
        }
        json.writeEndObject();
        json.writeBooleanField("queryable", entity.notQueryable().isEmpty());
        if (entity.notQueryable().isPresent()) {
            Violation reason = entity.notQueryable().get();
            json.writeFieldName("notQueryable");
            ProblemJson.write(json, reason);
        }
        json.writeStringField("delta", entity.delta().name().toLowerCase(Locale.ROOT));
        json.writeStringField("deltaReason", entity.deltaReason());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Manifest.OfAttribute of) throws IOException {
        Attribute attribute = of.attribute();
        json.writeObjectFieldStart(attribute.name());
        json.writeStringField("type", attribute.type().key());
        if (!attribute.values().isEmpty()) {
            json.writeArrayFieldStart("values");
            for (String value : attribute.values()) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
        if (attribute.length().isPresent()) {
            json.writeNumberField("length", attribute.length().getAsInt());
        }
        json.writeBooleanField("required", attribute.required());
        if (attribute.defaultValue().isPresent()) {
            json.writeFieldName("default");
            switch (attribute.defaultValue().get()) {
                case Boolean value -> json.writeBoolean(value);
                case Integer value -> json.writeNumber(value);
                case Object value ->
                    json.writeString(attribute.type().valueType().print(value));
            }
        }
        json.writeBooleanField("readable", of.readable());
        json.writeBooleanField("writable", of.writable());
        json.writeBooleanField("usableInConstraints", of.usableInConstraints());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Manifest.OfAssociation of) throws IOException {
        Association association = of.end().association();
        json.writeObjectFieldStart(association.name().toString());
        json.writeStringField("target", of.end().target().toString());
        json.writeStringField("type", association.kind().key());
        json.writeStringField("owner", association.bothOwn() ? "both" : "default");
        json.writeBooleanField("readable", of.readable());
        json.writeBooleanField("readOnly", of.readOnly());
        json.writeBooleanField("usableInConstraints", of.usableInConstraints());
        json.writeEndObject();
    }
}
