package dev.tidegate.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A mistake in a model file: in {@link #SOUND} the first {@code right} becomes {@code wrong}, whose ‸ marks what the issue
 * of that code is blamed on.
 */
record Mistake(String code, String right, String wrong) {

    /** Has no mistake, and a place for each. */
    static final String SOUND = """
            features: { online-sync-mode: true }
            user: { entity: Shop.Person, name: Login }
            modules:
              Shop:
                entities:
                  Item:
                    store: main
                    table: item
                    id: { column: id, type: long, sequence: item_id_seq }
                    version: row_version
                    discriminator: kind
                    attributes:
                      Name: { type: string, length: 20, required: true, default: none }
                      State: { type: enum, values: [New, Old], default: New }
                      Serial: { type: autonumber }
                      Secret: { type: hashed-string }
                      Seen: { type: datetime }
                  Book:
                    extends: Shop.Item
                    attributes:
                      Pages: { type: integer, default: 1 }
                  Person:
                    store: main
                    attributes:
                      Login: { type: string }
                      Age: { type: integer }
                  Remote:
                    store: other
                associations:
                  Item_Owner: { from: Shop.Item, to: Shop.Person, column: owner_id, owner: default }
                  Item_Tag: { from: Shop.Item, to: Shop.Person, type: reference-set }
                  Item_Remote: { from: Shop.Item, to: Shop.Remote }
                access:
                  - entity: Shop.Item
                    roles: [Clerk]
                    create: true
                    read: all
                    write: [Name, Item_Owner]
                    constraint: "[Name = 'x']"
            profiles:
              Phone:
                kind: native-mobile
                roles: [Clerk]
                sync:
                  Shop.Item: { mode: by-xpath, constraint: "[Name = 'x']", conflict: merge }
                  Shop.Person: online
              Desk:
                kind: web
            """;

    static List<Mistake> all() {
        return new Table().mistakes;
    }

    @Override
    public String toString() {
        return code + ": " + wrong.strip();
    }

    /** The file with this mistake in it, still marked. */
    private String marked() {
        int at = SOUND.indexOf(right);
        if (at < 0) {
            throw new IllegalArgumentException("the sound model has no " + right);
        }
        return SOUND.substring(0, at) + wrong + SOUND.substring(at + right.length());
    }

    String text() {
        return marked().replace("‸", "");
    }

    Position position() {
        String before = marked().substring(0, marked().indexOf('‸'));
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        return new Position(line, before.length() - before.lastIndexOf('\n'));
    }

    private static final class Table {
        final List<Mistake> mistakes = new ArrayList<>();

        Table() {
            yaml();
            keys();
            requiredKeys();
            types();
            choices();
            names();
            references();
            combinations();
            hierarchiesAndTables();
        }

        private void yaml() {
            mistake("malformed-yaml", "Login }", "Login ‸]");
            mistake("malformed-yaml", "    store: main", "‸\tstore: main");
            mistake("malformed-yaml", "  Desk:\n", "  Desk:\n    ‸%\n");
            mistake("malformed-yaml", "profiles:", "‸---\nprofiles:");
            mistake("malformed-yaml", "table: item", "table: \"it‸\u0007em\"");
            mistake("alias", "store: other", "store: ‸*other");
            mistake("duplicate-key", "table: item", "‸store: main");
            mistake("bad-key", "kind: web", "kind: web\n    ‸[a]: b");
            mistake("too-deep", "kind: web", "kind: web\n    deep: " + "[".repeat(17) + "‸[" + "]".repeat(18));
        }

        private void keys() {
            mistake("unknown-key", "features:", "‸feature: {}\nfeatures:");
            mistake("unknown-key", "online-sync-mode: true", "online-sync-mode: true, ‸online: true");
            mistake("unknown-key", "name: Login", "name: Login, ‸attribute: Login");
            mistake("unknown-key", "    access:", "    ‸rules: []\n    access:");
            mistake("unknown-key", "table: item", "‸tabel: item");
            mistake("unknown-key", "sequence: item_id_seq", "‸seq: item_id_seq");
            mistake("unknown-key", "length: 20", "‸len: 20");
            mistake("unknown-key", "column: owner_id", "‸columns: owner_id");
            mistake("unknown-key", "create: true", "‸update: true");
            mistake("unknown-key", "kind: web", "kind: web\n    ‸colour: red");
            mistake("unknown-key", "conflict: merge", "‸conflicts: merge");
        }

        private void requiredKeys() {
            mistake("missing-key", "  Remote:\n        store: other", "  ‸Remote: {}");
            mistake("missing-key", "Seen: { type: datetime }", "‸Seen: {}");
            mistake(
                    "missing-key",
                    "Item_Remote: { from: Shop.Item, to: Shop.Remote }",
                    "‸Item_Remote: { to: Shop.Remote }");
            mistake("missing-key", "- entity: Shop.Item\n        roles: [Clerk]", "- ‸entity: Shop.Item");
            mistake("missing-key", "  Desk:\n    kind: web", "  ‸Desk:\n    roles: [Boss]");
            mistake("missing-key", "Shop.Item: { mode: by-xpath, constraint: \"[Name = 'x']\", ", "‸Shop.Item: { ");
            mistake("missing-key", "user: { entity: Shop.Person, name: Login }", "‸user: { entity: Shop.Person }");
        }

        private void types() {
            mistake("wrong-type", "table: item", "table: ‸12");
            mistake("wrong-type", "table: item", "table: ‸[item]");
            mistake("wrong-type", "table: item", "‸table:");
            mistake("wrong-type", "required: true", "required: ‸'yes'");
            mistake("wrong-type", "length: 20", "length: ‸'20'");
            mistake("wrong-type", "values: [New, Old]", "values: [New, Old, ‸1]");
            mistake("wrong-type", "roles: [Clerk]", "roles: ‸Clerk");
            mistake("wrong-type", "read: all", "read: ‸some");
            mistake("wrong-type", "kind: web", "kind: ‸{}");
            mistake("wrong-type", "Shop.Person: online", "Shop.Person: ‸[online]");
            mistake("wrong-type", "Desk:\n    kind: web", "‸Desk:");
            mistake("wrong-type", "default: 1 }", "default: ‸[1] }");
            mistake("out-of-range", "length: 20", "length: ‸0");
            mistake("out-of-range", "length: 20", "length: ‸99999999999999999999");
        }

        private void choices() {
            mistake("unknown-type", "type: datetime", "type: ‸date");
            mistake("unknown-type", "type: long,", "type: ‸number,");
            mistake("unknown-value", "owner: default", "owner: ‸none");
            mistake("unknown-value", "column: owner_id,", "column: owner_id, on-delete: ‸restrict,");
            mistake("unknown-value", "type: reference-set", "type: ‸set");
            mistake("unknown-value", "kind: web", "kind: ‸desktop");
            mistake("unknown-value", "Shop.Person: online", "Shop.Person: ‸offline");
            mistake("unknown-value", "conflict: merge", "conflict: ‸first-wins");
        }

        private void names() {
            mistake("bad-name", "modules:\n", "modules:\n  ‸9to5: {}\n");
            mistake("bad-name", "  Remote:\n", "  ‸Re-mote: { store: main }\n      Remote:\n");
            mistake("bad-name", "Seen: {", "‸Seen At: {");
            mistake("bad-name", "  Desk:", "  ‸My Desk:");
            mistake("bad-name", "store: other", "store: ‸the other");
            mistake("bad-name", "roles: [Clerk]\n        create", "roles: [‸Clerk!]\n        create");
            mistake("reserved-name", "Seen: {", "‸id: {");
            mistake("reserved-role", "roles: [Clerk]\n        create", "roles: [Clerk, ‸operator]\n        create");
            mistake("reserved-role", "kind: web", "kind: web\n    roles: [‸operator]");
            mistake("bad-database-name", "table: item", "table: ‸''");
            mistake("bad-database-name", "table: item", "table: ‸'it\"em'");
            mistake("bad-database-name", "version: row_version", "version: ‸" + "v".repeat(64));
            mistake("name-taken", "Item_Remote:", "‸Person:");
        }

        private void references() {
            mistake("unknown-entity", "entity: Shop.Person", "entity: ‸Shop.Persn");
            mistake("unknown-entity", "to: Shop.Remote", "to: ‸Remote");
            mistake("unknown-entity", "- entity: Shop.Item", "- entity: ‸Shop.Items");
            mistake("unknown-entity", "Shop.Person: online", "‸Shop.Peron: online");
            mistake("unknown-member", "name: Login", "name: ‸Logn");
            mistake("unknown-member", "write: [Name,", "write: [‸Nmae,");
            mistake("unknown-member", "write: [Name, Item_Owner]", "write: [Name, ‸Item_Ower]");
            mistake(
                    "unknown-member",
                    "- entity: Shop.Item",
                    "- { entity: Shop.Person, roles: [Clerk], read: [‸Item_Owner] }\n      - entity: Shop.Item");
            mistake("user-name-not-text", "name: Login", "name: ‸Age");
            mistake("not-writable", "write: [Name,", "write: [‸Serial,");
            mistake("never-sent", "read: all", "read: [Name, ‸Secret]");
            mistake("duplicate-item", "values: [New, Old]", "values: [New, Old, ‸New]");
            mistake("missing-values", "roles: [Clerk]\n        create", "roles: ‸[]\n        create");
            mistake("missing-values", "kind: web", "kind: web\n    roles: ‸[]");
            mistake("missing-values", "values: [New, Old], default: New", "values: ‸[]");
        }

        private void combinations() {
            mistake("misplaced-key", "Pages: { type: integer,", "Pages: { type: integer, ‸length: 3,");
            mistake("misplaced-key", "Pages: { type: integer,", "Pages: { type: integer, ‸values: [a],");
            mistake("misplaced-key", "type: autonumber", "type: autonumber, ‸required: true");
            mistake("misplaced-key", "type: hashed-string", "type: hashed-string, ‸default: x");
            mistake("misplaced-key", "type: long, sequence", "type: uuid, ‸sequence");
            mistake("misplaced-key", "type: reference-set", "type: reference-set, ‸column: tag_id");
            mistake("misplaced-key", "column: owner_id,", "column: owner_id, ‸join-table: { name: x },");
            mistake("misplaced-key", "Shop.Person: online", "Shop.Person: { mode: online, ‸constraint: '[Age = 1]' }");
            mistake("misplaced-key", "kind: web", "kind: web\n    ‸sync: {}");
            mistake("missing-constraint", "Shop.Person: online", "Shop.Person: ‸by-xpath");
            mistake("missing-constraint", "mode: by-xpath, constraint: \"[Name = 'x']\"", "mode: ‸by-xpath");
            mistake("no-effect", "Shop.Person: online", "Shop.Person: { mode: all, ‸compatibility: true }");
            mistake("unreadable-default", "default: New", "default: ‸Newer");
            mistake("unreadable-default", "default: 1 }", "default: ‸1.5 }");
            mistake("unreadable-default", "default: 1 }", "default: ‸9999999999 }");
            mistake("unreadable-default", "default: none", "default: ‸" + "n".repeat(21));
            mistake("unreadable-default", "type: datetime", "type: datetime, default: ‸tomorrow");
        }

        private void hierarchiesAndTables() {
            mistake("generalization-cycle", "    extends: Shop.Item", "    extends: ‸Shop.Book");
            mistake(
                    "specialization-in-another-store",
                    "extends: Shop.Item",
                    "extends: Shop.Item\n        store: ‸other");
            mistake("inherited-key", "extends: Shop.Item", "extends: Shop.Item\n        ‸store: main");
            mistake("inherited-key", "extends: Shop.Item", "extends: Shop.Item\n        ‸id: { type: long }");
            mistake("inherited-key", "extends: Shop.Item", "extends: Shop.Item\n        ‸version: v");
            mistake("inherited-attribute", "Pages: {", "‸Name: {");
            mistake("duplicate-table", "  Remote:\n", "  Crate: { store: main, table: ‸item }\n      Remote:\n");
            mistake("duplicate-table", "type: reference-set", "type: reference-set, join-table: ‸{ name: person }");
            mistake("duplicate-column", "type: datetime", "type: datetime, column: ‸name");
            mistake("duplicate-column", "column: owner_id", "column: ‸kind");
            mistake("duplicate-column", "type: reference-set", "type: reference-set, join-table: { from: a, to: ‸a }");
            mistake("association-across-stores", "to: Shop.Remote }", "to: Shop.Remote, type: ‸reference-set }");
            mistake("association-across-stores", "to: Shop.Remote }", "to: Shop.Remote, owner: ‸both }");
            mistake("association-across-stores", "to: Shop.Remote }", "to: Shop.Remote, on-delete: ‸cascade }");
        }

        private void mistake(String code, String right, String wrong) {
            mistakes.add(new Mistake(code, right, wrong));
        }
    }
}
