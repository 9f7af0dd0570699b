package dev.tidegate.store;

import dev.tidegate.model.Association;
import dev.tidegate.model.BatchId;
import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.MemberSet;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.Grant;
import dev.tidegate.upload.Claim;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import dev.tidegate.xpath.Condition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Changes of objects of {@link WriterStore}, and parts made of them. */
final class WriterChanges {
    static final StoreName FIELD = new StoreName("field");
    static final EntityName ORDER = EntityName.parse("Shop.Order");
    static final EntityName TASK = EntityName.parse("Shop.Task");
    static final EntityName CUSTOMER = EntityName.parse("Shop.Customer");
    static final EntityName TAG = EntityName.parse("Shop.Tag");
    static final EntityName NOTE = EntityName.parse("Shop.Note");
    static final Model MODEL = WriterStore.model();

    private WriterChanges() {}

    /** In its turn, and without patience for what is not there. */
    static PartWork partOf(LaneId lane, long previous, long at, boolean atomic, Step.Todo... todos) {
        return partOf(lane, at, new Claim.Turn(previous, false), atomic, todos);
    }

    static PartWork partOf(LaneId lane, long at, Claim claim, boolean atomic, Step.Todo... todos) {
        List<Step> steps = new ArrayList<>();
        for (Step.Todo todo : todos) {
            steps.add(new Step(
                    steps.size(),
                    todo instanceof Step.Write write ? write.change().entity().toString() : "Shop.Nothing",
                    Optional.empty(),
                    "/operations/" + steps.size(),
                    todo));
        }
        return new PartWork(
                FIELD, lane, at, batch(lane, at), claim, new Caller("ada", Set.of()), atomic, steps, Set.of(), false);
    }

    /** The same for every attempt. */
    static BatchId batch(LaneId lane, long at) {
        return new BatchId(UUID.nameUUIDFromBytes((lane + "/" + at).getBytes(StandardCharsets.UTF_8)));
    }

    static Step.Write write(Change change, ConflictPolicy policy) {
        return new Step.Write(
                change, policy, List.of(new Grant(Condition.always(), MemberSet.all(), MemberSet.all(), true, true)));
    }

    static Step.Write creation(EntityName entity, Object id, MemberValue... members) {
        return write(new Change.Create(entity, id, List.of(members)), ConflictPolicy.REJECT_STALE);
    }

    static Step.Write update(EntityName entity, Object id, @Nullable String base, MemberValue... members) {
        return write(
                new Change.Update(entity, id, Optional.ofNullable(base), List.of(members)),
                ConflictPolicy.REJECT_STALE);
    }

    static Step.Write delete(EntityName entity, Object id, @Nullable String base) {
        return write(new Change.Delete(entity, id, Optional.ofNullable(base)), ConflictPolicy.LAST_WINS);
    }

    static MemberValue set(EntityName entity, String attribute, @Nullable Object value) {
        return new MemberValue.OfAttribute(MODEL.attribute(entity, attribute).orElseThrow(), value);
    }

    static OwnedEnd end(String association) {
        Association found = MODEL.associations().values().stream()
                .filter(candidate -> candidate.name().name().equals(association))
                .findFirst()
                .orElseThrow();
        return new OwnedEnd(found, Direction.FORWARD);
    }

    static MemberValue refer(String association, @Nullable Object target) {
        return new MemberValue.Reference(end(association), Optional.ofNullable(target));
    }
}
