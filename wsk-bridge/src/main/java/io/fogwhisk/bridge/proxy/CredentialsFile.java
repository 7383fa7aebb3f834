package io.fogwhisk.bridge.proxy;

import io.fogwhisk.base.file.PrivateFile;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The callers of a file: a line each with the caller's key, the namespace, and the key to use at the sites, parted by
 * blanks. Without the third the caller's own key is used there. Empty lines and those that begin with {@code #} do not
 * count. Immutable.
 */
public final class CredentialsFile implements Callers {

    private final Map<AuthKey, Caller> callers;

    private CredentialsFile(Map<AuthKey, Caller> callers) {
        this.callers = Map.copyOf(callers);
    }

    /**
     * Reads a file.
     *
     * @throws WskException if it cannot be read, others may read it, or a line is wrong; the message names file and line,
     *     and no key
     */
    public static CredentialsFile read(Path file) {
        List<String> lines;
        try {
            if (PrivateFile.isOpenToOthers(file)) {
                throw new WskException(
                        "others than its owner may read " + file + ", which holds keys; run: chmod 600 " + file);
            }
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new WskException("there is no file " + file, e);
        } catch (IOException e) {
            throw new WskException("cannot read " + file + ": " + e, e);
        }
        Map<AuthKey, Caller> callers = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                add(callers, line.split("\\s+"), file + " line " + (i + 1));
            }
        }
        if (callers.isEmpty()) {
            throw new WskException(file + " names no caller; each line is: caller's key, namespace, key at the sites");
        }
        return new CredentialsFile(callers);
    }

    private static void add(Map<AuthKey, Caller> callers, String[] parts, String where) {
        if (parts.length < 2 || parts.length > 3) {
            throw new WskException(where + " must be: caller's key, namespace, key at the sites");
        }
        try {
            AuthKey key = AuthKey.parse(parts[0]);
            String namespace = QualifiedName.of(parts[1], "any").namespace();
            if (namespace.equals(QualifiedName.DEFAULT_NAMESPACE)) {
                throw new WskException("the namespace must not be _");
            }
            AuthKey atSites = parts.length == 3 ? AuthKey.parse(parts[2]) : key;
            if (callers.put(key, new Caller(namespace, atSites)) != null) {
                throw new WskException("the caller's key was in a line before");
            }
        } catch (WskException e) {
            throw new WskException(where + ": " + e.getMessage(), e);
        }
    }

    @Override
    public CompletionStage<Optional<Caller>> find(AuthKey key) {
        return CompletableFuture.completedStage(Optional.ofNullable(callers.get(key)));
    }

    @Override
    public boolean mapsKeys() {
        return true;
    }

    /** How many callers there are. */
    public int size() {
        return callers.size();
    }
}
