package dev.tidegate.api;

/** JSON Pointers (RFC 6901) into request bodies. */
final class Pointers {

    private Pointers() {}

    static String member(String parent, String name) {
        String shown = Texts.shorten(name);
        return parent + "/" + shown.replace("~", "~0").replace("/", "~1");
    }

    static String element(String parent, int index) {
        return parent + "/" + index;
    }
}
