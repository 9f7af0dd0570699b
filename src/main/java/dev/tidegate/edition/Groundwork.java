package dev.tidegate.edition;

import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;

/** What an edition needs in a store that serves it: the change logs of the tables that its model names. */
public interface Groundwork {

    /** Looks what is wanting in a store of the model, and puts it right as far as it can; fails when the store cannot be asked. */
    Uni<Void> lay(StoreName store);
}
