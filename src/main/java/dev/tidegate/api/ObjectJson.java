package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.tidegate.model.Model;
import dev.tidegate.model.ValueType;
import dev.tidegate.shape.ObjectShape;
import dev.tidegate.shape.ShownObject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes objects as the contract has them, member by member into a stream; names of the model are encoded once. */
@Singleton
final class ObjectJson {
    private static final SerializedString ID = new SerializedString("id");
    private static final SerializedString ENTITY = new SerializedString("entity");
    private static final SerializedString VERSION = new SerializedString("version");
    private static final SerializedString ATTRIBUTES = new SerializedString("attributes");
    private static final SerializedString ASSOCIATIONS = new SerializedString("associations");
    private static final SerializedString EXPANDED = new SerializedString("expanded");
    private static final SerializedString READ_ONLY = new SerializedString("readOnly");

    private final Map<String, SerializedString> names = new HashMap<>();

    ObjectJson(Model model) {
        model.entities().forEach((name, entity) -> {
            encode(name.toString());
            entity.attributes().keySet().forEach(this::encode);
        });
        model.associations().keySet().forEach(name -> encode(name.toString()));
    }

    void write(JsonGenerator json, ShownObject object) throws IOException {
        ObjectShape shape = object.shape();
        json.writeStartObject();
        json.writeFieldName(ID);
        json.writeString(shape.idType().print(object.id()));
        json.writeFieldName(ENTITY);
        json.writeString(encoded(shape.entity().toString()));
        json.writeFieldName(VERSION);
        json.writeString(object.version());
        json.writeFieldName(ATTRIBUTES);
        attributes(json, object);
        json.writeFieldName(ASSOCIATIONS);
        associations(json, object);
        if (!shape.expansions().isEmpty()) {
            json.writeFieldName(EXPANDED);
            expanded(json, object);
        }
        if (!shape.readOnly().isEmpty()) {
            json.writeFieldName(READ_ONLY);
            json.writeStartArray();
            for (String name : shape.readOnly()) {
                json.writeString(encoded(name));
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void attributes(JsonGenerator json, ShownObject object) throws IOException {
        json.writeStartObject();
        for (ObjectShape.OfAttribute attribute : object.shape().attributes()) {
            json.writeFieldName(encoded(attribute.name()));
            value(json, attribute.type(), object.value(attribute));
        }
        json.writeEndObject();
    }

    private void associations(JsonGenerator json, ShownObject object) throws IOException {
        json.writeStartObject();
        for (ObjectShape.OfEnd end : object.shape().associations()) {
            json.writeFieldName(encoded(end.name()));
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

    private void expanded(JsonGenerator json, ShownObject object) throws IOException {
        json.writeStartObject();
        List<ObjectShape.OfExpansion> expansions = object.shape().expansions();
        for (int i = 0; i < expansions.size(); i++) {
            json.writeFieldName(encoded(expansions.get(i).name()));
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

    private void encode(String name) {
        names.computeIfAbsent(name, SerializedString::new);
    }

    private SerializedString encoded(String name) {
        SerializedString known = names.get(name);
        return known != null ? known : new SerializedString(name);
    }
}
