package dev.tidegate.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values that one statement will be run with. Equal ones share a place. */
final class Binds {
    private final Map<Bind, Integer> places = new LinkedHashMap<>();

    /** Where the value stands, with its type: {@code $3::uuid}. */
    String place(Bind bind) {
        int place = places.computeIfAbsent(bind, _ -> places.size() + 1);
        return "$" + place + "::" + bind.sqlType();
    }

    List<Bind> all() {
        return new ArrayList<>(places.keySet());
    }
}
