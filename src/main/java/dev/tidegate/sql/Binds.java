package dev.tidegate.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values that one statement will be run with. Equal ones share a place. */
final class Binds {
    private final Map<Bind, Integer> places;
    private final boolean then;

    Binds() {
        this(new LinkedHashMap<>(), false);
    }

    private Binds(Map<Bind, Integer> places, boolean then) {
        this.places = places;
        this.then = then;
    }

    /** The same statement, where what constraints bring has the values that it had when the cursor was issued. */
    Binds then() {
        return new Binds(places, true);
    }

    /** Where the value stands, with its type: {@code $3::uuid}. */
    String place(Bind bind) {
        Bind bound = then && bind instanceof Bind.OfConstraint of ? new Bind.Then(of) : bind;
        int place = places.computeIfAbsent(bound, _ -> places.size() + 1);
        return "$" + place + "::" + bind.sqlType();
    }

    List<Bind> all() {
        return new ArrayList<>(places.keySet());
    }
}
