package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.RawString;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The pages that the {@code type} of each problem leads to: what it means, an example, the way out. For people. */
@Path("/problems")
@Produces(MediaType.TEXT_HTML)
public final class ProblemPages {
    private static final Set<ProblemCode> OUTCOMES =
            EnumSet.range(ProblemCode.BATCH_FAILED, ProblemCode.DELETE_NOT_SELECTIVE);

    private final ProblemGuide guide;
    private final ObjectMapper pretty = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    ProblemPages(ProblemGuide guide) {
        this.guide = guide;
    }

    @CheckedTemplate
    static final class Templates {
        private Templates() {}

        static native TemplateInstance index(List<Group> groups);

        static native TemplateInstance page(Page page);
    }

    /** Codes of one status, as the index shows them. */
    public record Group(String title, List<Line> lines) {}

    /** One code in the index. */
    public record Line(String code, RawString means) {}

    /** One code on its own page. */
    public record Page(String code, String title, String status, RawString means, RawString out, String example) {}

    @GET
    public TemplateInstance index() {
        Map<String, List<Line>> groups = Arrays.stream(ProblemCode.values())
                .collect(Collectors.groupingBy(
                        ProblemPages::statusOf, TreeMap::new, Collectors.mapping(this::line, Collectors.toList())));
        return Templates.index(groups.entrySet().stream()
                .map(group -> new Group(group.getKey(), group.getValue()))
                .toList());
    }

    @GET
    @Path("{code}")
    public TemplateInstance page(@PathParam("code") String name) {
        ProblemCode code = ProblemCode.of(name)
                .orElseThrow(() -> Refusal.of(
                        ProblemCode.NO_SUCH_PATH,
                        "The catalogue has no code '" + Texts.shorten(name) + "'. /problems lists all."));
        ProblemGuide.Entry entry = guide.of(code);
        return Templates.page(new Page(
                code.code(),
                code.title(),
                statusOf(code),
                Prose.html(entry.means()),
                Prose.html(entry.out()),
                example(entry)));
    }

    private Line line(ProblemCode code) {
        return new Line(code.code(), Prose.html(guide.of(code).means()));
    }

    private static String statusOf(ProblemCode code) {
        return OUTCOMES.contains(code) ? "Outcomes of operations" : code.status() + " " + reason(code.status());
    }

    private static String reason(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return known == null ? "Unprocessable Content" : known.getReasonPhrase();
    }

    private String example(ProblemGuide.Entry entry) {
        Problem problem = entry.example();
        String body = new String(ProblemJson.document(problem, entry.instance()), StandardCharsets.UTF_8);
        StringBuilder answer = new StringBuilder();
        if (!OUTCOMES.contains(problem.code())) {
            answer.append("HTTP/1.1 ").append(statusOf(problem.code())).append('\n');
            answer.append("Content-Type: ").append(ProblemJson.MEDIA_TYPE).append('\n');
            problem.retryAfter()
                    .map(Duration::toSeconds)
                    .ifPresent(seconds ->
                            answer.append("Retry-After: ").append(seconds).append('\n'));
            answer.append('\n');
        }
        try {
            return answer.append(pretty.writeValueAsString(pretty.readTree(body)))
                    .toString();
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
