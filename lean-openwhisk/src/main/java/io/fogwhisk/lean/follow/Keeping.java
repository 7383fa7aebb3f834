package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.identity.OwnSeal;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How documents look in {@code follow.db}. Thread-safe. */
interface Keeping {

    /** As the catalogue has them. */
    Keeping PLAIN = new Keeping() {
        @Override
        public CatalogDocument kept(CatalogDocument document) {
            return document;
        }

        @Override
        public CatalogDocument told(CatalogDocument kept) {
            return kept;
        }
    };

    /** How the documents of a logical database of a site are kept. */
    static Keeping of(String database, Path dataFolder) {
        return database.equals(CatalogFollower.SUBJECTS) ? new OfSubjects(new OwnSeal(dataFolder)) : PLAIN;
    }

    /**
     * What is written down of a document.
     *
     * @throws LeanException if a secret can't be protected
     */
    CatalogDocument kept(CatalogDocument document);

    /** The document of {@link #kept}; a secret that can't be read any more is not in it. */
    CatalogDocument told(CatalogDocument kept);

    /** Keeps the keys of namespaces under the site's own key, in the field {@code own} in the place of {@code key}. */
    final class OfSubjects implements Keeping {

        private static final Logger LOG = LoggerFactory.getLogger(OfSubjects.class);
        private static final String OPEN = "key";
        private static final String OWN = "own";

        private final OwnSeal seal;

        OfSubjects(OwnSeal seal) {
            this.seal = seal;
        }

        @Override
        public CatalogDocument kept(CatalogDocument document) {
            return replaced(document, OPEN, OWN, seal::seal);
        }

        @Override
        public CatalogDocument told(CatalogDocument kept) {
            return replaced(kept, OWN, OPEN, seal::open);
        }

        private static CatalogDocument replaced(CatalogDocument document, String from, String to, Step step) {
            ObjectNode body = document.body().deepCopy();
            boolean changed = false;
            for (JsonNode each : body.path("namespaces")) {
                if (each instanceof ObjectNode namespace && namespace.path(from).isTextual()) {
                    changed |= replaced(namespace, from, to, step);
                }
            }
            return changed ? new CatalogDocument(body, document.attachments()) : document;
        }

        private static boolean replaced(ObjectNode namespace, String from, String to, Step step) {
            String name = namespace.path("name").asText();
            String owner = name + "/" + namespace.path("uuid").asText();
            try {
                String made = step.of(namespace.path(from).textValue(), owner);
                namespace.remove(from);
                namespace.put(to, made);
                return true;
            } catch (LeanException e) {
                if (from.equals(OPEN)) {
                    throw e;
                }
                LOG.atWarn()
                        .addKeyValue("namespace", name)
                        .addKeyValue("error", e.getMessage())
                        .log("a key in follow.db can't be read, the catalogue is asked for it");
                return false;
            }
        }
    }

    /** Encrypts, or decrypts, a secret of an owner. */
    @FunctionalInterface
    interface Step {
        String of(String secret, String owner);
    }
}
