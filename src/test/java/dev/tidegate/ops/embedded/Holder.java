package dev.tidegate.ops.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The main class of a child process: holds an embedded server in the folder of its argument until it is killed. */
final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws InterruptedException {
        EmbeddedPostgres server = EmbeddedPostgres.start(Path.of(arguments[0]));
        System.out.println(server.port());
        System.out.flush();
        new CountDownLatch(1).await();
    }
}
