package dev.tidegate.upload;

import java.util.Base64;
import java.util.HexFormat;

/** The SHA-256 of a content. */
public record FileHash(String hex) {

    public static FileHash of(byte[] bytes) {
        return new FileHash(HexFormat.of().formatHex(bytes));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** As structured fields write it between colons (RFC 9530). */
    public String base64() {
        return Base64.getEncoder().encodeToString(bytes());
    }
}
