package dev.tidegate.oracle;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ValueType;
import dev.tidegate.policy.AggregateText;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.QueryText;
import dev.tidegate.policy.SortText;
import dev.tidegate.read.AggregateRequest;
import dev.tidegate.read.ObjectRequest;
import dev.tidegate.read.PageRequest;
import dev.tidegate.read.ParameterValue;
import dev.tidegate.xpath.Hop;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One query of one caller: what is sent, and what it is meant to mean. */
record Question(
        EntityName entity,
        Caller caller,
        Said constraint,
        Map<String, Given> given,
        Optional<List<String>> attributes,
        List<Key> sort,
        List<Trail> expand) {

    private static final int NO_LIMIT = 10_000;

    /** A sort key: the id where there is no member, else one at the end of a path. */
    record Key(String text, List<Hop> path, Optional<DeclaredAttribute> member, boolean descending) {
        EntityName end(EntityName begin) {
            return path.isEmpty() ? begin : path.getLast().to();
        }

        @Override
        public String toString() {
            return text + (descending ? " desc" : "");
        }
    }

    /** A path as it is written, and where it goes. */
    record Trail(String text, List<Hop> hops) {
        @Override
        public String toString() {
            return text;
        }
    }

    /** The same with a part of the constraint alone. */
    Question with(Said part) {
        return new Question(entity, caller, part, given, attributes, sort, expand);
    }

    PageRequest request(World world) {
        return request(world, NO_LIMIT, Optional.empty());
    }

    /** A page of so many objects behind a cursor. */
    PageRequest request(World world, int limit, Optional<String> after) {
        String text = constraint.text();
        Map<String, Given> named = given.entrySet().stream()
                .filter(entry -> names(text, entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, _) -> a, LinkedHashMap::new));
        Map<String, ParameterValue> parameters = new LinkedHashMap<>();
        named.forEach((name, value) -> parameters.put(name, value.sent()));
        Set<String> nulls = named.entrySet().stream()
                .filter(entry -> entry.getValue().meant() == null)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        List<SortText> keys = sort.stream()
                .map(key -> new SortText(key.text(), key.descending(), 0))
                .toList();
        return new PageRequest(profile(world), caller, query(text, nulls, keys), parameters, limit, 0, after, true);
    }

    private QueryText query(String text, Set<String> nulls, List<SortText> keys) {
        return new QueryText(entity.toString(), Optional.of(text), nulls, attributes, expansions(), keys);
    }

    private List<String> expansions() {
        return expand.stream().map(Trail::text).toList();
    }

    AggregateRequest request(World world, AggregateFunction function, Optional<DeclaredAttribute> attribute) {
        PageRequest page = request(world);
        QueryText query = new QueryText(
                entity.toString(),
                page.query().constraint(),
                page.query().nullParameters(),
                Optional.empty(),
                List.of(),
                List.of());
        return new AggregateRequest(
                page.profile(),
                caller,
                new AggregateText(
                        query, function, attribute.map(of -> of.attribute().name())),
                page.parameters());
    }

    /** For one object alone. */
    ObjectRequest request(World world, Thing thing) {
        ValueType type = world.model().entity(entity).identity().type().valueType();
        QueryText query =
                new QueryText(entity.toString(), Optional.empty(), Set.of(), attributes, expansions(), List.of());
        return new ObjectRequest(profile(world), caller, query, type.print(thing.id()));
    }

    private static Profile profile(World world) {
        return Objects.requireNonNull(world.model().profiles().get(ModelMaker.PROFILE));
    }

    private static boolean names(String text, String parameter) {
        return Pattern.compile("\\$" + Pattern.quote(parameter) + "(?![A-Za-z0-9_])")
                .matcher(text)
                .find();
    }

    /** Parameters as they are meant, those that are null left out. */
    Map<String, Object> meant() {
        Map<String, Object> meant = new HashMap<>();
        given.forEach((name, value) -> {
            if (value.meant() != null) {
                meant.put(name, value.meant());
            }
        });
        return meant;
    }

    @Override
    public String toString() {
        return caller.name() + " " + caller.roles() + " in " + caller.zone() + " asks for " + entity + " "
                + constraint.text() + "\n  parameters " + given + "\n  attributes " + attributes + "\n  sort " + sort
                + "\n  expand " + expand;
    }
}
