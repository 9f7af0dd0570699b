package dev.tidegate.xpath;

import java.util.List;
import java.util.Optional;

/** One side of a comparison as it was written. */
public sealed interface Operand {

    int position();

    /** {@code steps}, then perhaps an attribute; one of both at least. Which step is an association only the model knows. */
    record Path(List<Step> steps, Optional<Name> member, int position) implements Operand {
        public Path {
            steps = List.copyOf(steps);
        }
    }

    /** A qualified name of a path: an association, or the entity that one leads to (only those have predicates). */
    record Step(String name, boolean reversed, List<Expr> predicates, int position) {
        public Step {
            predicates = List.copyOf(predicates);
        }
    }

    /** The bare name of an attribute. */
    record Name(String text, int position) {}

    record Id(int position) implements Operand {}

    record Text(String value, int position) implements Operand {}

    /** {@code digits} with an optional sign and fraction, as written. */
    record Numeral(String digits, int position) implements Operand {}

    record Truth(boolean value, int position) implements Operand {}

    record Empty(int position) implements Operand {}

    record Parameter(String name, int position) implements Operand {}

    /** A string that holds a token: {@code [%CurrentUser%]}, perhaps with arithmetic. */
    record Tokens(List<Term> terms, int position) implements Operand {
        public Tokens {
            terms = List.copyOf(terms);
        }
    }

    /** Factors that are multiplied, and whether the product is subtracted; the first term is never. */
    record Term(boolean subtracted, List<Factor> factors) {
        public Term {
            factors = List.copyOf(factors);
        }
    }

    /** A token's bare name ({@code CurrentUser}) or a number. */
    record Factor(boolean token, String text, int position) {}

    record Length(Path member, int position) implements Operand {}

    /** {@code part} as written, without {@code -from-dateTime}. */
    record DatePart(String part, Path member, Optional<String> zone, int position) implements Operand {}
}
