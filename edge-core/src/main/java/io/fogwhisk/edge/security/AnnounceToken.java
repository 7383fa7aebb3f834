package io.fogwhisk.edge.security;

import io.fogwhisk.base.file.PrivateFile;
import io.fogwhisk.edge.rpc.EdgeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A secret that the nodes of a domain share; whoever has it may announce. Its text is shown nowhere. */
public final class AnnounceToken {

    private static final int SHORTEST = 16;
    private static final int LONGEST = 1_024;

    private final String text;

    /**
     * A token.
     *
     * @param text 16 to 1024 printable ASCII characters without blanks
     * @throws EdgeException if it is something else
     */
    public AnnounceToken(String text) {
        this.text = Objects.requireNonNull(text, "text is null");
        if (text.length() < SHORTEST || text.length() > LONGEST) {
            throw new EdgeException(
                    "a token must have " + SHORTEST + " to " + LONGEST + " characters, this one has " + text.length());
        }
        if (!text.chars().allMatch(each -> each > ' ' && each < 127)) {
            throw new EdgeException("a token must be of printable ASCII characters without blanks");
        }
    }

    /**
     * Reads a token from the one line of a file that only its owner may read.
     *
     * @throws EdgeException naming the file and what to do
     */
    public static AnnounceToken read(Path file) {
        try {
            if (PrivateFile.isOpenToOthers(file)) {
                throw new EdgeException("others than its owner may read the token in " + file + "; run: chmod 600 "
                        + file + ", and change the token");
            }
            if (Files.size(file) > 2 * LONGEST) {
                throw new EdgeException("there is more than a token in " + file);
            }
            return new AnnounceToken(
                    Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        } catch (NoSuchFileException e) {
            throw new EdgeException(
                    "there is no file " + file + "; make one with: (umask 077; openssl rand -hex 32 > " + file + ")",
                    e);
        } catch (IOException e) {
            throw new EdgeException("cannot read the token in " + file + ": " + e.getMessage(), e);
        }
    }

    /** Whether a caller showed this token; takes as long for a wrong one as for the right one. */
    boolean isShownBy(@Nullable String shown) {
        return shown != null
                && MessageDigest.isEqual(text.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    /** The secret, to be put into a call. */
    String secret() {
        return text;
    }

    @Override
    public String toString() {
        return "AnnounceToken[...]";
    }
}
