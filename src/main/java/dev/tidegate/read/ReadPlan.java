package dev.tidegate.read;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.StoreName;
import dev.tidegate.sql.SqlQuery;
import java.util.List;
import java.util.Set;

/**
 * A decided query, ready to run for any caller with the roles that it was decided for: only values are missing.
 * {@code parameters} are the names that the constraint uses, {@code comparisons} each place where one is compared.
 */
record ReadPlan(
        EntityName entity,
        StoreName store,
        Set<String> parameters,
        List<Comparison> comparisons,
        SqlQuery objects,
        SqlQuery count,
        RowLayout layout) {}
