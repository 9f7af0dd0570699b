package dev.tidegate.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Filter;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/**
 * What is written to a category, and those below it, while this is open, and nowhere else: as one text for each record, as it is
 * written to a console.
 */
public final class CapturedLog extends Handler implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Formatter formatter;
    private final Logger logger;
    private final boolean passedOn;
    private final List<Handler> others;

    private CapturedLog(String category, Formatter formatter) {
        this.logger = Logger.getLogger(category);
        this.formatter = formatter;
        this.passedOn = logger.getUseParentHandlers();
        this.others = List.of(logger.getHandlers());
        others.forEach(logger::removeHandler);
        logger.addHandler(this);
        logger.setUseParentHandlers(false);
    }

    /** The messages alone, with what was thrown. */
    public static CapturedLog of(String category) {
        return new CapturedLog(category, new PatternFormatter("%s%e"));
    }

    /** In a form of its own, with what the filter puts to each. */
    public static CapturedLog of(String category, Formatter formatter, Filter filter) {
        CapturedLog log = new CapturedLog(category, formatter);
        log.setFilter(filter);
        return log;
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** Each of them read as JSON, which it has to be. */
    public List<JsonNode> objects() {
        return lines.stream().map(CapturedLog::parsed).toList();
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException broken) {
            throw new UncheckedIOException(line, broken);
        }
    }

    @Override
    public void publish(LogRecord line) {
        if (isLoggable(line)) {
            lines.add(formatter.format(line));
        }
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        logger.removeHandler(this);
        others.forEach(logger::addHandler);
        logger.setUseParentHandlers(passedOn);
    }
}
