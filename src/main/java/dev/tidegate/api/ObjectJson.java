package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.tidegate.model.ValueType;
import dev.tidegate.shape.ObjectShape;
import dev.tidegate.shape.ShownObject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes objects as the contract has them, member by member into a stream; the names of a shape are encoded once. */
@Singleton
final class ObjectJson {
    private static final SerializedString ID = new SerializedString("id");
    private static final SerializedString ENTITY = new SerializedString("entity");
    private static final SerializedString VERSION = new SerializedString("version");
    private static final SerializedString ATTRIBUTES = new SerializedString("attributes");
    private static final SerializedString ASSOCIATIONS = new SerializedString("associations");
    private static final SerializedString EXPANDED = new SerializedString("expanded");
    private static final SerializedString READ_ONLY = new SerializedString("readOnly");

    /** A plan keeps its shapes, and this what belongs to them for as long. */
    private final LoadingCache<ObjectShape, ShapeNames> names =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build(ShapeNames::of);

    void write(JsonGenerator json, ShownObject object) throws IOException {
        ObjectShape shape = object.shape();
        ShapeNames encoded = names.get(shape);
        json.writeStartObject();
        json.writeFieldName(ID);
        json.writeString(shape.idType().print(object.id()));
        json.writeFieldName(ENTITY);
        json.writeString(encoded.entity());
        json.writeFieldName(VERSION);
        json.writeString(object.version());
        json.writeFieldName(ATTRIBUTES);
        attributes(json, object, encoded.attributes());
        json.writeFieldName(ASSOCIATIONS);
        associations(json, object, encoded.associations());
        if (!shape.expansions().isEmpty()) {
            json.writeFieldName(EXPANDED);
            expanded(json, object, encoded.expansions());
        }
        if (!shape.readOnly().isEmpty()) {
            json.writeFieldName(READ_ONLY);
            json.writeStartArray();
            for (SerializedString name : encoded.readOnly()) {
                json.writeString(name);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void attributes(JsonGenerator json, ShownObject object, List<SerializedString> encoded)
            throws IOException {
        List<ObjectShape.OfAttribute> attributes = object.shape().attributes();
        json.writeStartObject();
        for (int i = 0; i < attributes.size(); i++) {
            ObjectShape.OfAttribute attribute = attributes.get(i);
            json.writeFieldName(encoded.get(i));
            value(json, attribute.type(), object.value(attribute));
        }
        json.writeEndObject();
    }

    private static void associations(JsonGenerator json, ShownObject object, List<SerializedString> encoded)
            throws IOException {
        List<ObjectShape.OfEnd> associations = object.shape().associations();
        json.writeStartObject();
        for (int i = 0; i < associations.size(); i++) {
            ObjectShape.OfEnd end = associations.get(i);
            json.writeFieldName(encoded.get(i));
            if (end.set()) {
                json.writeStartArray();
                for (Object id : object.targets(end)) {
                    json.writeString(end.idType().print(id));
                }
                json.writeEndArray();
            } else {
                id(json, end.idType(), object.target(end));
            }
        }
        json.writeEndObject();
    }

    private void expanded(JsonGenerator json, ShownObject object, List<SerializedString> encoded) throws IOException {
        json.writeStartObject();
        List<ObjectShape.OfExpansion> expansions = object.shape().expansions();
        for (int i = 0; i < expansions.size(); i++) {
            json.writeFieldName(encoded.get(i));
            if (expansions.get(i).readable()) {
                expanded(json, expansions.get(i).single(), object.expanded(i));
            } else {
                json.writeNull();
            }
        }
        json.writeEndObject();
    }

    private void expanded(JsonGenerator json, boolean single, List<ShownObject> found) throws IOException {
        if (single) {
            if (found.isEmpty()) {
                json.writeNull();
            } else {
                write(json, found.getFirst());
            }
            return;
        }
        json.writeStartArray();
        for (ShownObject one : found) {
            write(json, one);
        }
        json.writeEndArray();
    }

    private static void id(JsonGenerator json, ValueType type, @Nullable Object id) throws IOException {
        if (id == null) {
            json.writeNull();
        } else {
            json.writeString(type.print(id));
        }
    }

    /** Whole numbers of 32 bits and booleans are JSON's own, everything else is a string. */
    static void value(JsonGenerator json, ValueType type, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case Integer number when type == ValueType.INT32 -> json.writeNumber(number);
            case Boolean bool -> json.writeBoolean(bool);
            case byte[] bytes -> json.writeBinary(bytes);
            default -> json.writeString(type.print(value));
        }
    }
}
