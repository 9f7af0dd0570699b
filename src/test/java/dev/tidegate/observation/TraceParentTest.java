package dev.tidegate.observation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    @Test
    void what_the_header_says_is_read_and_written() {
        String text = "00-" + TRACE + "-" + SPAN + "-01";

        assertThat(TraceParent.parse(text)).contains(new TraceParent(TRACE, SPAN, true));
        assertThat(new TraceParent(TRACE, SPAN, true).text()).isEqualTo(text);
        assertThat(new TraceParent(TRACE, SPAN, false).text()).endsWith("-00");
    }

    @Test
    void only_the_flag_that_is_known_counts() {
        assertThat(TraceParent.parse("00-" + TRACE + "-" + SPAN + "-02")).contains(new TraceParent(TRACE, SPAN, false));
        assertThat(TraceParent.parse("00-" + TRACE + "-" + SPAN + "-ff")).contains(new TraceParent(TRACE, SPAN, true));
    }

    @Test
    void of_a_later_version_what_it_has_in_common_is_taken() {
        assertThat(TraceParent.parse("cc-" + TRACE + "-" + SPAN + "-01-what-the-future-brings"))
                .contains(new TraceParent(TRACE, SPAN, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n"
            })
    void what_the_standard_does_not_allow_is_no_place(String text) {
        assertThat(TraceParent.parse(text)).isEmpty();
    }
}
