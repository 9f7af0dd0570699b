package dev.tidegate.oracle;

/** Who looks: which objects, and which of their members, can be seen at all. */
interface Sight {
    /** Access rules themselves see everything. */
    Sight EVERYTHING = new Sight() {
        @Override
        public boolean sees(Thing thing) {
            return true;
        }

        @Override
        public boolean sees(Thing thing, String member) {
            return true;
        }
    };

    boolean sees(Thing thing);

    /** Said of a thing that is seen; attributes are named bare, associations qualified. */
    boolean sees(Thing thing, String member);
}
