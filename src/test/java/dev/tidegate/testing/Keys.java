package dev.tidegate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Keys with certificates that they signed themselves, made by the JDK's keytool, in PKCS #12 files of one folder. */
public final class Keys {
    public static final String PASSWORD = "changeit";

    private final Path folder;

    public Keys(Path folder) {
        this.folder = folder;
    }

    public Path file(String name) {
        return folder.resolve(name + ".p12");
    }

    /** A new key for {@code localhost}, in the place of one that was there. */
    public Keys make(String name) {
        try {
            Files.createDirectories(folder);
            Path made = folder.resolve(name + ".new");
            Files.deleteIfExists(made);
            keytool(
                    "-genkeypair",
                    "-alias",
                    name,
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "SAN=dns:localhost,ip:127.0.0.1",
                    "-validity",
                    "2",
                    "-keystore",
                    made.toString());
            Files.move(made, file(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A store that trusts whoever has this key. */
    public Keys trust(String name, String trusted) {
        try {
            Path certificate = folder.resolve(trusted + ".crt");
            Files.deleteIfExists(file(name));
            keytool(
                    "-exportcert",
                    "-alias",
                    trusted,
                    "-keystore",
                    file(trusted).toString(),
                    "-file",
                    certificate.toString());
            keytool(
                    "-importcert",
                    "-noprompt",
                    "-alias",
                    trusted,
                    "-file",
                    certificate.toString(),
                    "-keystore",
                    file(name).toString());
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void keytool(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(said);
            }
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    /** For a client that trusts these, and shows a key if it has one. */
    public SSLContext client(String trusted, String... own) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store(trusted));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own.length == 0 ? null : store(own[0]), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private KeyStore store(String name) throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(file(name).toFile(), PASSWORD.toCharArray());
    }
}
