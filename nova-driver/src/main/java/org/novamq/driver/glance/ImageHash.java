package org.novamq.driver.glance;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an image's data must come to: Glance's {@code os_hash_algo} and {@code os_hash_value}, or its older {@code
 * checksum}, which is md5.
 *
 * @param algorithm Glance's name of it
 * @param value hexadecimal, lower case
 */
public record ImageHash(String algorithm, String value) {
    /** Python's hashlib, from which Glance has its names, to Java's. */
    private static final Map<String, String> ALGORITHMS = new TreeMap<>(Map.of(
            "md5", "MD5",
            "sha1", "SHA-1",
            "sha224", "SHA-224",
            "sha256", "SHA-256",
            "sha384", "SHA-384",
            "sha512", "SHA-512",
            "sha3_256", "SHA3-256",
            "sha3_384", "SHA3-384",
            "sha3_512", "SHA3-512"));

    /** The names of the algorithms that are known. */
    public static List<String> algorithms() {
        return List.copyOf(ALGORITHMS.keySet());
    }

    /** A hash, if the value is as long as the algorithm makes it, and hexadecimal. */
    public static Optional<ImageHash> of(String algorithm, String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        boolean sound = ALGORITHMS.containsKey(algorithm) && lower.matches("[0-9a-f]{" + digits(algorithm) + "}");
        return sound ? Optional.of(new ImageHash(algorithm, lower)) : Optional.empty();
    }

    /** How many hexadecimal digits its values have. */
    public static int digits(String algorithm) {
        return 2 * digest(algorithm).getDigestLength();
    }

    MessageDigest digest() {
        return digest(algorithm);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(ALGORITHMS.get(algorithm));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }
}
