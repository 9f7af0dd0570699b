package dev.tidegate.model;

import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The version of a model: 16 hexadecimal digits of a SHA-256 over its parts in a canonical form. Comments, layout and the
 * order of keys do not count; the order of an enumeration's values does, since clients see it.
 */
final class Fingerprint {
    private final StringBuilder canonical = new StringBuilder();

    private Fingerprint() {}

    static String of(Model model) {
        Fingerprint print = new Fingerprint();
        print.field("features").field(model.onlineSyncMode());
        print.field("user").field(model.user().map(user -> user.entity() + "/" + user.nameAttribute()));
        print.field("entities").field(model.entities().size());
        new TreeMap<>(model.entities()).values().forEach(print::entity);
        print.field("associations").field(model.associations().size());
        new TreeMap<>(model.associations()).values().forEach(print::association);
        print.unordered(model.accessRules().stream().map(Fingerprint::rule));
        print.field("profiles").field(model.profiles().size());
        new TreeMap<>(model.profiles()).values().forEach(print::profile);
        return print.digest();
    }

    private void entity(Entity entity) {
        field(entity.name())
                .field(entity.generalization())
                .field(entity.store())
                .field(entity.table());
        field(entity.identity().column()).field(entity.identity().type().key());
        field(entity.identity().sequence()).field(entity.version()).field(entity.discriminator());
        field(entity.attributes().size());
        new TreeMap<>(entity.attributes()).values().forEach(this::attribute);
    }

    private void attribute(Attribute attribute) {
        field(attribute.name()).field(attribute.type().key()).field(attribute.column());
        field(attribute.length()).field(attribute.required());
        field(attribute.values().size());
        attribute.values().forEach(this::field);
        field(attribute.defaultValue().map(attribute.type().valueType()::print));
    }

    private void association(Association association) {
        field(association.name()).field(association.from()).field(association.to());
        field(association.kind().key())
                .field(association.bothOwn())
                .field(association.onDelete().key());
        switch (association.storage()) {
            case Association.InColumn in -> field("column").field(in.column());
            case Association.InJoinTable in ->
                field("join-table").field(in.table()).field(in.fromColumn()).field(in.toColumn());
        }
    }

    private static String rule(AccessRule rule) {
        Fingerprint print = new Fingerprint();
        print.field(rule.entity()).field(rule.create()).field(rule.delete()).field(rule.constraint());
        print.unordered(rule.roles().stream().map(RoleName::value));
        print.members(rule.read()).members(rule.write());
        return print.canonical.toString();
    }

    private Fingerprint members(MemberSet members) {
        return switch (members) {
            case MemberSet.All _ -> field("all");
            case MemberSet.Some some -> field("some").unordered(some.names().stream());
        };
    }

    private void profile(Profile profile) {
        field(profile.name()).field(profile.kind().key()).field(profile.roles().isPresent());
        unordered(profile.roles().stream().flatMap(Collection::stream).map(RoleName::value));
        field(profile.sync().size());
        for (Map.Entry<EntityName, SyncRule> sync : new TreeMap<>(profile.sync()).entrySet()) {
            field(sync.getKey())
                    .field(sync.getValue().mode().key())
                    .field(sync.getValue().constraint());
            field(sync.getValue().conflict().key()).field(sync.getValue().compatibility());
        }
    }

    private Fingerprint unordered(Stream<String> texts) {
        texts.sorted().forEach(this::field);
        return field("end");
    }

    /** Length before text, so that no two sequences of fields read the same. */
    private Fingerprint field(Object value) {
        String text = value instanceof Optional<?> maybe
                ? maybe.map(some -> "+" + some).orElse("-")
                : value.toString();
        canonical.append(text.length()).append(':').append(text).append('\n');
        return this;
    }

    private String digest() {
        return HexFormat.of().formatHex(Sha256.of(canonical.toString()), 0, 8);
    }
}
