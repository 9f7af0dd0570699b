package dev.tidegate.bench;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.StoreName;
import dev.tidegate.ops.Demo;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.DecidedQuery;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.QueryText;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.Site;
import dev.tidegate.problem.Result;
import dev.tidegate.read.Cursors;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.PageRequest;
import dev.tidegate.read.ParameterValue;
import dev.tidegate.read.ReadPlans;
import dev.tidegate.read.RowSource;
import dev.tidegate.read.RowStream;
import dev.tidegate.seal.Seal;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.CheckedConstraint;
import dev.tidegate.xpath.Constraint;
import dev.tidegate.xpath.ConstraintParser;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the pure stages before a statement cost: parsing, binding, judging, writing SQL; and all of a read but the store, with
 * its plan kept and with a text that was never seen. An engineer asks for work orders: two rules with constraints, a hierarchy.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 8, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(1)
public class PlanBenchmark {
    private static final String TEXT =
            "[Priority = $priority and FieldService.WorkOrder_Customer/FieldService.Customer[City"
                    + " = $city]/Active and (DueDate < '[%CurrentDateTime%]' or Title != '";
    private static final String END = "')]";
    private static final Map<String, ParameterValue> VALUES =
            Map.of("priority", new ParameterValue.OfText("High"), "city", new ParameterValue.OfText("Lyon"));

    private final Model model = ModelReader.read(Demo.model()).model().orElseThrow();
    private final Profile profile = Objects.requireNonNull(model.profiles().get(new ProfileName("Web")));
    private final Caller caller = new Caller("ada", Set.of(new RoleName("Engineer")));
    private final QueryRules rules = new QueryRules(Rulebook.of(model));
    private final LiveReads reads = new LiveReads(
            model,
            new ReadPlans(model, rules),
            new Nothing(),
            new Cursors(new Seal("a secret of the benchmark's own".getBytes(StandardCharsets.UTF_8))),
            Clock.systemUTC(),
            _ -> {});
    private final PageRequest known = request("x");
    private long unknown;

    @Benchmark
    public Result<Constraint> parse() {
        return ConstraintParser.parse("constraint", TEXT + unknown++ + END);
    }

    @Benchmark
    public Result<CheckedConstraint> parseAndBind() {
        return rules.checked(profile, query(Long.toString(unknown++)));
    }

    @Benchmark
    public Result<DecidedQuery> parseBindAndJudge() {
        return rules.decide(profile, caller.roles(), query(Long.toString(unknown++)), Site.SERVER);
    }

    @Benchmark
    public Object readCold() {
        return reads.page(request(Long.toString(unknown++))).await().indefinitely();
    }

    @Benchmark
    public Object readCached() {
        return reads.page(known).await().indefinitely();
    }

    /** A store without rows. */
    private static final class Nothing implements RowSource {
        @Override
        public Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, @Nullable Object[] binds) {
            return Uni.createFrom().item(List.of());
        }

        @Override
        public Uni<RowStream> stream(StoreName store, SqlQuery query, @Nullable Object[] binds) {
            return Uni.createFrom().failure(new UnsupportedOperationException());
        }
    }

    private PageRequest request(String title) {
        return new PageRequest(profile, caller, query(title), VALUES, 20, 0, Optional.empty(), false);
    }

    private static QueryText query(String title) {
        return new QueryText(
                EntityName.parse("FieldService.WorkOrder").toString(),
                Optional.of(TEXT + title + END),
                Set.of(),
                Optional.empty(),
                List.of(),
                List.of());
    }
}
