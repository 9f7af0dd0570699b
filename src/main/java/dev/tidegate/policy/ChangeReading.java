package dev.tidegate.policy;

import dev.tidegate.model.Attribute;
import dev.tidegate.model.AttributeType;
import dev.tidegate.model.Change;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.DrawnId;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.Identity;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.UploadedFile;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one change against the model: names and JSON types ({@link #names}), then what values must be ({@link #data}). */
final class ChangeReading {
    private final Model model;
    private final EntityName entity;
    private final ChangeText text;
    private final ChangeRules.Spot spot;
    private final Supplier<UUID> ids;
    private final List<Violation> names = new ArrayList<>();
    private final List<Violation> data = new ArrayList<>();
    private final List<MemberValue> members = new ArrayList<>();

    ChangeReading(Model model, EntityName entity, ChangeText text, ChangeRules.Spot spot, Supplier<UUID> ids) {
        this.model = model;
        this.entity = entity;
        this.text = text;
        this.spot = spot;
        this.ids = ids;
    }

    List<Violation> names() {
        return List.copyOf(names);
    }

    List<Violation> data() {
        return List.copyOf(data);
    }

    /** The change; empty when there is something wrong with it. */
    Optional<Change> read() {
        Optional<Object> id = id();
        text.attributes().forEach(this::attribute);
        if (text.kind() == ChangeText.Kind.CREATE) {
            model.attributes(entity).stream()
                    .filter(declared ->
                            !text.attributes().containsKey(declared.attribute().name()))
                    .forEach(this::missing);
        }
        text.associations().forEach(this::association);
        if (id.isEmpty() || !names.isEmpty() || !data.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (text.kind()) {
                    case CREATE -> new Change.Create(entity, id.get(), members);
                    case UPDATE -> new Change.Update(entity, id.get(), text.baseVersion(), members);
                    case DELETE -> new Change.Delete(entity, id.get(), text.baseVersion());
                });
    }

    private Optional<Object> id() {
        Identity identity = model.entity(entity).identity();
        boolean create = text.kind() == ChangeText.Kind.CREATE;
        if (create && spot.route() != Route.LIVE) {
            withoutIds(model, entity, spot.pointer()).ifPresent(data::add);
        }
        if (text.id().isEmpty()) {
            return create && spot.route() == Route.LIVE ? given(identity) : absentId();
        }
        Optional<Object> id = identity.type().valueType().read(text.id().get()).filter(value -> !value.equals(""));
        if (id.isEmpty()) {
            names.add(
                    spot.route() != Route.LIVE || create
                            ? Violation.at(spot.pointer() + "/id", ProblemCode.TYPE_MISMATCH, wrongId(entity))
                            : Violation.of(ProblemCode.TYPE_MISMATCH, wrongId(entity)));
        }
        return id;
    }

    /** Devices cannot create what they get no ids for. */
    static Optional<Violation> withoutIds(Model model, EntityName entity, String pointer) {
        Identity identity = model.entity(entity).identity();
        return identity.type() == IdType.LONG && identity.sequence().isEmpty()
                ? Optional.of(Violation.at(
                        pointer + "/id",
                        ProblemCode.VALIDATION_FAILED,
                        "'" + entity + "' cannot be created offline: its ids are long, and without a sequence in the"
                                + " model none can be handed out to devices."))
                : Optional.empty();
    }

    private Optional<Object> given(Identity identity) {
        return switch (identity.type()) {
            case UUID -> Optional.of(ids.get());
            case STRING -> absentId();
            case LONG -> identity.sequence().isPresent() ? Optional.of(new DrawnId()) : absentId();
        };
    }

    private Optional<Object> absentId() {
        data.add(Violation.at(
                spot.pointer() + "/id", ProblemCode.VALIDATION_FAILED, "The id of the '" + entity + "' is missing."));
        return Optional.empty();
    }

    private String wrongId(EntityName of) {
        return "An id of '" + of + "' is "
                + switch (model.entity(of).identity().type()) {
                    case UUID -> "a UUID, as a string.";
                    case LONG -> "a long integer, as a string.";
                    case STRING -> "a string that is not empty.";
                };
    }

    private void attribute(String name, @Nullable Object json) {
        Optional<DeclaredAttribute> declared = model.attribute(entity, name);
        if (declared.isEmpty()) {
            names.add(Violation.at(
                    spot.attribute(name),
                    ProblemCode.UNKNOWN_MEMBER,
                    "Attribute '" + shown(name) + "' is not part of '" + entity + "'."
                            + Suggestion.of(
                                    name,
                                    model.attributes(entity).stream()
                                            .map(known -> known.attribute().name()))));
            return;
        }
        Attribute attribute = declared.get().attribute();
        if (json == null) {
            empty(declared.get());
        } else if (attribute.type() == AttributeType.BINARY && json instanceof Map<?, ?>) {
            file(declared.get(), json);
        } else {
            value(declared.get(), json);
        }
    }

    private void file(DeclaredAttribute declared, Object json) {
        Attribute attribute = declared.attribute();
        Optional<UploadedFile> file = UploadedFile.read(json);
        if (spot.route() == Route.LIVE || file.isEmpty()) {
            names.add(Violation.at(
                    spot.attribute(attribute.name()),
                    ProblemCode.TYPE_MISMATCH,
                    "'" + attribute.name() + "' is " + form(attribute.type())
                            + (spot.route() == Route.LIVE
                                    ? "; files are for batches."
                                    : ", or {\"file\":\"<fileId>\"} with the UUID of an uploaded file.")));
            return;
        }
        members.add(new MemberValue.OfAttribute(declared, file.get()));
    }

    private void empty(DeclaredAttribute declared) {
        Attribute attribute = declared.attribute();
        if (attribute.required() || attribute.type() == AttributeType.BOOLEAN) {
            invalid(
                    attribute,
                    "'" + attribute.name() + "' may not be empty"
                            + (attribute.required() ? ": it is required." : ": a boolean is true or false."));
        }
        members.add(new MemberValue.OfAttribute(declared, null));
    }

    private void value(DeclaredAttribute declared, Object json) {
        Attribute attribute = declared.attribute();
        Optional<Object> value = attribute.type().valueType().readJson(json);
        if (value.isEmpty()) {
            names.add(Violation.at(
                    spot.attribute(attribute.name()),
                    ProblemCode.TYPE_MISMATCH,
                    "'" + attribute.name() + "' is " + form(attribute.type()) + "."));
            return;
        }
        if (value.get() instanceof String string && attribute.type() == AttributeType.ENUM) {
            if (!attribute.values().contains(string)) {
                invalid(
                        attribute,
                        "'" + shown(string) + "' is no value of '" + attribute.name() + "', which has "
                                + String.join(", ", attribute.values()) + "."
                                + Suggestion.of(string, attribute.values().stream()));
            }
        } else if (value.get() instanceof byte[] bytes) {
            inline(attribute, bytes);
        } else if (value.get() instanceof String string && isPlain(attribute)) {
            attribute.length().ifPresent(longest -> {
                if (string.length() > longest) {
                    invalid(
                            attribute,
                            "'" + attribute.name() + "' has " + string.length() + " characters; at most " + longest
                                    + " are allowed.");
                }
            });
        }
        members.add(new MemberValue.OfAttribute(declared, value.get()));
    }

    /** Not of what was accepted before. */
    private void inline(Attribute attribute, byte[] bytes) {
        if (spot.route() == Route.BATCH && bytes.length > ChangeRules.INLINE_BINARY) {
            data.add(Violation.at(
                    spot.attribute(attribute.name()),
                    ProblemCode.TOO_LARGE,
                    "'" + attribute.name() + "' has " + bytes.length + " bytes; in a batch at most "
                            + ChangeRules.INLINE_BINARY
                            + " are allowed. Upload them with PUT …/files/{fileId} first, and "
                            + "send {\"file\":\"<fileId>\"} instead."));
        }
    }

    private boolean isPlain(Attribute attribute) {
        return attribute.type() != AttributeType.HASHED_STRING || spot.route() != Route.QUEUE;
    }

    private static String form(AttributeType type) {
        return switch (type) {
            case STRING, ENUM, HASHED_STRING -> "a string (JSON string, without NUL or broken surrogates)";
            case INTEGER -> "a 32-bit integer (JSON number)";
            case LONG, AUTONUMBER -> "a 64-bit integer, written as a JSON string";
            case DECIMAL -> "a decimal, written as a JSON string like \"1.250\"";
            case BOOLEAN -> "a boolean (true or false)";
            case DATETIME -> "a date and time, written as a JSON string like \"2026-11-20T08:15:00.000Z\"";
            case BINARY -> "binary, written as a JSON string in base64";
        };
    }

    /** An attribute that a create leaves out. */
    private void missing(DeclaredAttribute declared) {
        Attribute attribute = declared.attribute();
        if (attribute.defaultValue().isPresent()) {
            members.add(new MemberValue.OfAttribute(
                    declared, attribute.defaultValue().get()));
        } else if (attribute.type() == AttributeType.BOOLEAN) {
            members.add(new MemberValue.OfAttribute(declared, false));
        } else if (attribute.required() && attribute.isWritable()) {
            invalid(attribute, "'" + attribute.name() + "' is required and has no default.");
        }
    }

    private void invalid(Attribute attribute, String detail) {
        data.add(Violation.at(spot.attribute(attribute.name()), ProblemCode.VALIDATION_FAILED, detail));
    }

    private void association(String name, @Nullable Object json) {
        Optional<OwnedEnd> end = model.ownedEnds(entity).stream()
                .filter(owned -> owned.association().name().toString().equals(name))
                .findFirst();
        if (end.isEmpty()) {
            names.add(Violation.at(spot.association(name), ProblemCode.UNKNOWN_MEMBER, unknownAssociation(name)));
        } else if (end.get().isSet()) {
            set(name, end.get(), json);
        } else {
            reference(name, end.get(), json);
        }
    }

    private String unknownAssociation(String name) {
        Optional<EntityName> owner = model.associations().values().stream()
                .filter(association -> association.name().toString().equals(name))
                .map(association -> association.from())
                .findFirst();
        return owner.map(other -> "'" + name + "' is owned by '" + other + "', not by '" + entity
                        + "'; it is written in objects of its owner.")
                .orElseGet(() -> "Association '" + shown(name) + "' is not part of '" + entity + "'."
                        + Suggestion.of(
                                name,
                                model.ownedEnds(entity).stream()
                                        .map(owned -> owned.association().name().toString())));
    }

    private void reference(String name, OwnedEnd end, @Nullable Object json) {
        if (json == null) {
            members.add(new MemberValue.Reference(end, Optional.empty()));
        } else {
            target(end, json, spot.association(name))
                    .ifPresent(id -> members.add(new MemberValue.Reference(end, Optional.of(id))));
        }
    }

    private void set(String name, OwnedEnd end, @Nullable Object json) {
        String pointer = spot.association(name);
        switch (json) {
            case List<?> all -> members.add(new MemberValue.Targets(end, targets(end, all, pointer)));
            case Map<?, ?> edit
            when Stream.of("add", "remove").anyMatch(edit::containsKey)
                    && List.of("add", "remove").containsAll(edit.keySet()) ->
                members.add(new MemberValue.TargetsEdit(
                        end, part(end, edit, "add", pointer), part(end, edit, "remove", pointer)));
            case null, default ->
                names.add(Violation.at(
                        pointer,
                        ProblemCode.TYPE_MISMATCH,
                        "'" + name + "' is a reference set: an array of ids, or {\"add\":[…],\"remove\":[…]}."));
        }
    }

    private List<Object> part(OwnedEnd end, Map<?, ?> edit, String key, String pointer) {
        if (!edit.containsKey(key)) {
            return List.of();
        }
        if (edit.get(key) instanceof List<?> of) {
            return targets(end, of, pointer + "/" + key);
        }
        names.add(Violation.at(pointer + "/" + key, ProblemCode.TYPE_MISMATCH, "'" + key + "' is an array of ids."));
        return List.of();
    }

    private List<Object> targets(OwnedEnd end, List<?> json, String pointer) {
        List<Object> targets = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            target(end, json.get(i), pointer + "/" + i).ifPresent(targets::add);
        }
        return targets.stream().distinct().toList();
    }

    private Optional<Object> target(OwnedEnd end, @Nullable Object json, String pointer) {
        Optional<Object> id = model.entity(end.target())
                .identity()
                .type()
                .valueType()
                .readJson(json)
                .filter(value -> !value.equals(""));
        if (id.isEmpty()) {
            names.add(Violation.at(pointer, ProblemCode.TYPE_MISMATCH, wrongId(end.target())));
        }
        return id;
    }

    private static String shown(String name) {
        return name.length() <= 100 ? name : name.substring(0, 100) + "…";
    }
}
