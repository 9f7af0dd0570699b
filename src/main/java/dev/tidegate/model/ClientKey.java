package dev.tidegate.model;

/** One client: whose batches form a lane. */
public record ClientKey(String caller, ClientId client) {
    public LaneId lane() {
        return LaneId.of(this);
    }
}
