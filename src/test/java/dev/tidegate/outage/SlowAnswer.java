package dev.tidegate.outage;

import dev.tidegate.testing.Until;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * The chunked answer to a GET, of which no more is taken from the connection than somebody asks for: what else there is
 * waits at the server, but for what fits into a small buffer.
 */
final class SlowAnswer implements AutoCloseable {
    private static final int PIECE = 256 * 1024;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final Socket socket = new Socket();
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    SlowAnswer(URI uri, String who, String mediaType) throws IOException {
        socket.setReceiveBufferSize(PIECE);
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
        String credentials = Base64.getEncoder().encodeToString((who + ":" + who).getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream()
                .write(("GET " + uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                                + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nAccept: " + mediaType
                                + "\r\nAuthorization: Basic " + credentials + END_OF_HEAD)
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** Takes until the text has come. */
    SlowAnswer takeUntil(String text) throws IOException {
        byte[] piece = new byte[PIECE];
        while (!taken.toString(StandardCharsets.UTF_8).contains(text)) {
            int read = socket.getInputStream().read(piece);
            if (read < 0) {
                throw new IOException("over before '" + text + "' has come: " + taken);
            }
            taken.write(piece, 0, read);
        }
        return this;
    }

    /** Takes all that comes, with pauses, until the connection is closed or broken off. */
    SlowAnswer takeRest() throws IOException {
        InputStream in = socket.getInputStream();
        try {
            for (byte[] piece = in.readNBytes(PIECE); piece.length > 0; piece = in.readNBytes(PIECE)) {
                taken.write(piece);
                Until.pause(PAUSE);
            }
        } catch (SocketException _) {
            // broken off
        }
        return this;
    }

    /** Whether HTTP says that nothing is missing. */
    boolean isWhole() {
        return taken.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n0" + END_OF_HEAD);
    }

    String status() {
        return taken.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("");
    }

    /** What has come of the body; the last line may not be complete. */
    List<String> lines() {
        String raw = taken.toString(StandardCharsets.ISO_8859_1);
        StringBuilder body = new StringBuilder();
        int at = raw.indexOf(END_OF_HEAD) + END_OF_HEAD.length();
        int begin = raw.indexOf("\r\n", at) + 2;
        while (begin > at) {
            int size = Integer.parseInt(raw.substring(at, begin - 2), 16);
            body.append(raw, begin, Math.min(begin + size, raw.length()));
            at = Math.min(begin + size + 2, raw.length());
            begin = raw.indexOf("\r\n", at) + 2;
        }
        return body.toString().lines().toList();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
