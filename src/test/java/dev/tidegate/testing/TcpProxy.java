package dev.tidegate.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A network between a test and a server that can be broken: {@link #cut()} closes what is open and refuses what comes,
 * {@link #stall()} lets everything hang without a word, {@link #holdAnswers()} only what the server says; {@link #heal()} ends
 * either; {@link #loseAnswerTo} breaks one connection at the worst moment, {@link #loseAnswersTo} every one that comes to it.
 */
public final class TcpProxy implements AutoCloseable {
    private final String targetHost;
    private volatile int targetPort;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private @Nullable ServerSocket listening;
    private @Nullable Thread accepting;
    private boolean stalled;
    private volatile @Nullable String lastWords;
    private volatile @Nullable String lostWords;
    private final AtomicInteger lost = new AtomicInteger();
    private boolean answersHeld;

    private TcpProxy(String targetHost, int targetPort, ServerSocket listening) {
        this.targetHost = targetHost;
        this.targetPort = targetPort;
        this.port = listening.getLocalPort();
    }

    /** A proxy on a free port, passing everything on. */
    public static TcpProxy before(TestDatabase database) {
        return before(database.host(), database.port());
    }

    public static TcpProxy before(String host, int port) {
        ServerSocket listening = listenWhereNobodyElseDoes();
        TcpProxy proxy = new TcpProxy(host, port, listening);
        proxy.accept(listening);
        return proxy;
    }

    /** A port that the system gives to nobody by itself, so that it is still free when the proxy is healed. */
    private static ServerSocket listenWhereNobodyElseDoes() {
        for (int attempt = 0; attempt < 200; attempt++) {
            try {
                return listen(ThreadLocalRandom.current().nextInt(20_000, 32_000));
            } catch (UncheckedIOException taken) {
                // somebody has it; try another
            }
        }
        return listen(0);
    }

    public int port() {
        return port;
    }

    /** New connections go there: a server that was started again may be somewhere else. */
    public void leadTo(int target) {
        targetPort = target;
    }

    /** Closes all connections and refuses new ones. */
    public void cut() {
        synchronized (change) {
            if (listening != null) {
                close(listening);
                listening = null;
                awaitEnd(accepting);
            }
        }
        open.forEach(TcpProxy::close);
        open.clear();
    }

    /** Connections are still accepted and stay open, but no byte passes. */
    public void stall() {
        synchronized (change) {
            stalled = true;
        }
    }

    /** The next message from a client that contains this text arrives, but the answer to it is lost, and the connection. */
    public void loseAnswerTo(String text) {
        lastWords = text;
    }

    /** As {@link #loseAnswerTo}, for each message that contains this text, until healed. */
    public void loseAnswersTo(String text) {
        lost.set(0);
        lostWords = text;
    }

    /** How many answers were lost since {@link #loseAnswersTo}. */
    public int lost() {
        return lost.get();
    }

    /** What is sent arrives and is done, and nobody hears of it. */
    public void holdAnswers() {
        synchronized (change) {
            answersHeld = true;
        }
    }

    /** Passes everything again: what was held back, and new connections. */
    public void heal() {
        lostWords = null;
        synchronized (change) {
            stalled = false;
            answersHeld = false;
            change.notifyAll();
            if (listening == null) {
                accept(listenAgain(port));
            }
        }
    }

    @Override
    public void close() {
        cut();
        synchronized (change) {
            stalled = false;
            answersHeld = false;
            change.notifyAll();
        }
    }

    private void accept(ServerSocket socket) {
        synchronized (change) {
            listening = socket;
            accepting = Thread.ofVirtual().start(() -> acceptAll(socket));
        }
    }

    private void acceptAll(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** Until it has noticed that its socket was closed it still accepts. */
    private static void awaitEnd(@Nullable Thread accepting) {
        try {
            if (accepting != null && !accepting.join(Duration.ofSeconds(5))) {
                throw new IllegalStateException("the proxy still accepts");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect(Socket client) {
        try {
            Socket server = new Socket(targetHost, targetPort);
            open.add(server);
            AtomicBoolean doomed = new AtomicBoolean();
            Thread.ofVirtual()
                    .start(() -> pump(client, server, false, chunk -> {
                        if (isLastWord(chunk)) {
                            doomed.set(true);
                        }
                        return true;
                    }));
            pump(server, client, true, _ -> !doomed.get());
        } catch (IOException unreachable) {
            forget(client);
        }
    }

    private boolean isLastWord(String chunk) {
        String always = lostWords;
        if (always != null && chunk.contains(always)) {
            lost.incrementAndGet();
            return true;
        }
        String awaited = lastWords;
        if (awaited == null || !chunk.contains(awaited)) {
            return false;
        }
        lastWords = null;
        return true;
    }

    /** Ends before the first piece that does not pass. */
    private void pump(Socket from, Socket to, boolean answers, Predicate<String> passes) {
        byte[] buffer = new byte[16 * 1024];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitPassage(answers);
                if (!passes.test(new String(buffer, 0, read, StandardCharsets.ISO_8859_1))) {
                    return;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException closed) {
            // one side went away, so the other goes too
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            forget(from);
            forget(to);
        }
    }

    private void awaitPassage(boolean answers) throws InterruptedException {
        synchronized (change) {
            while (stalled || (answers && answersHeld)) {
                change.wait();
            }
        }
    }

    private void forget(Socket socket) {
        open.remove(socket);
        close(socket);
    }

    /** A socket that was closed is free only when the thread that accepted on it has noticed. */
    private static ServerSocket listenAgain(int port) {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (true) {
            try {
                return listen(port);
            } catch (UncheckedIOException taken) {
                if (System.nanoTime() > end) {
                    throw taken;
                }
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
    }

    private static ServerSocket listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception alreadyGone) {
            // nothing is left to close
        }
    }
}
