package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.FileHash;
import dev.tidegate.upload.FileSlice;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the headers of a request say about a file: which part of it comes or is wanted (RFC 9110, 14), and its hash (RFC 9530). */
final class FileHeaders {
    static final String UPLOAD_OFFSET = "Upload-Offset";
    static final String UPLOAD_COMPLETE = "Upload-Complete";
    static final String CONTENT_DIGEST = "Content-Digest";
    static final String REPR_DIGEST = "Repr-Digest";

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes +([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})");
    private static final Pattern RANGE = Pattern.compile("bytes *= *([0-9]{0,15}) *- *([0-9]{0,15})");
    private static final Pattern SHA_256 = Pattern.compile("(?:^|,)[ \\t]*sha-256[ \\t]*=[ \\t]*:([A-Za-z0-9+/=]*):");
    private static final int SHA_256_BYTES = 32;

    private FileHeaders() {}

    /** Some bytes of a file: from there up to, but without, {@code to}. */
    record Bytes(long from, long to) {}

    /** What a request brings. Without {@code Content-Range} it is the whole file. */
    static FileSlice slice(HttpServerRequest request) {
        requireIdentity(request);
        String range = request.getHeader(HttpHeaders.CONTENT_RANGE);
        OptionalLong length = length(request);
        Optional<FileHash> ofSlice = hash(request, CONTENT_DIGEST);
        Optional<FileHash> ofWhole = hash(request, REPR_DIGEST);
        if (range == null) {
            long total = length.orElseThrow(() -> malformed(
                    "How many bytes the file has, has to be said beforehand: by Content-Length or Content-Range."));
            return new FileSlice(0, total, total, true, ofSlice, ofWhole);
        }
        Matcher said = CONTENT_RANGE.matcher(range.strip());
        if (!said.matches()) {
            throw malformed("The header Content-Range has to say which bytes of how many these are, such as "
                    + "'bytes 0-262143/3145728'.");
        }
        long first = Long.parseLong(said.group(1));
        long last = Long.parseLong(said.group(2));
        long total = Long.parseLong(said.group(3));
        if (first > last || last >= total) {
            throw malformed("The header Content-Range names bytes that no file of " + total + " bytes has.");
        }
        if (length.isPresent() && length.getAsLong() != last - first + 1) {
            throw malformed(
                    "The body has " + length.getAsLong() + " bytes, Content-Range says " + (last - first + 1) + ".");
        }
        return new FileSlice(first, last - first + 1, total, false, ofSlice, ofWhole);
    }

    private static void requireIdentity(HttpServerRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
            throw Refusal.of(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "A file is kept as it is sent, so it has to be sent without Content-Encoding.");
        }
    }

    private static OptionalLong length(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(length.strip()));
        } catch (NumberFormatException none) {
            return OptionalLong.empty();
        }
    }

    /** A promise that cannot be kept watch over is refused rather than ignored. */
    private static Optional<FileHash> hash(HttpServerRequest request, String name) {
        String header = request.getHeader(name);
        if (header == null) {
            return Optional.empty();
        }
        Matcher found = SHA_256.matcher(header);
        if (found.find()) {
            Optional<FileHash> hash = decoded(found.group(1));
            if (hash.isPresent()) {
                return hash;
            }
        }
        throw malformed("The header " + name + " has to name a SHA-256, such as 'sha-256=:"
                + new FileHash("00".repeat(SHA_256_BYTES)).base64() + ":'.");
    }

    private static Optional<FileHash> decoded(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            return bytes.length == SHA_256_BYTES ? Optional.of(FileHash.of(bytes)) : Optional.empty();
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    static String digest(FileHash hash) {
        return "sha-256=:" + hash.base64() + ":";
    }

    static String entityTag(FileHash hash) {
        return EntityTags.of(hash.hex());
    }

    /**
     * The part that is wanted; empty: all of it, also for what is no range of bytes, for several, and for a range of something
     * that is not this any more, as RFC 9110 (14.2 and 13.1.5) allows or wants.
     */
    static Optional<Bytes> range(HttpServerRequest request, long total, String tag) {
        String range = request.getHeader("Range");
        String condition = request.getHeader("If-Range");
        if (range == null || (condition != null && !condition.strip().equals(tag))) {
            return Optional.empty();
        }
        Matcher said = RANGE.matcher(range.strip().toLowerCase(Locale.ROOT));
        if (!said.matches() || (said.group(1).isEmpty() && said.group(2).isEmpty())) {
            return Optional.empty();
        }
        return bytes(said.group(1), said.group(2), total);
    }

    private static Optional<Bytes> bytes(String first, String last, long total) {
        if (first.isEmpty()) {
            long count = Long.parseLong(last);
            return Optional.of(satisfiable(count == 0 ? total : Math.max(0, total - count), total, total));
        }
        long from = Long.parseLong(first);
        if (last.isEmpty()) {
            return Optional.of(satisfiable(from, total, total));
        }
        long to = Long.parseLong(last) + 1;
        return to <= from ? Optional.empty() : Optional.of(satisfiable(from, Math.min(to, total), total));
    }

    private static Bytes satisfiable(long from, long to, long total) {
        if (from >= total) {
            throw Refusal.of(
                    ProblemCode.RANGE_NOT_SATISFIABLE,
                    "The file has " + total + " bytes; none of those that Range asks for is among them.");
        }
        return new Bytes(from, to);
    }

    private static Refusal malformed(String detail) {
        return Refusal.of(ProblemCode.MALFORMED_REQUEST, detail);
    }
}
