package io.fogwhisk.edge.security;

import java.util.Objects;

/** How a node of an edge domain speaks to others and whom it believes. */
public sealed interface EdgeSecurity {

    /** As ServerlessOnEdge by default: everybody may do everything. For machines and networks that are one's own. */
    EdgeSecurity NONE = new ClearText(Announcers.BY_CERTIFICATE);

    /** Who may announce. */
    Announcers announcers();

    /**
     * No encryption. Whoever reaches a port may announce, unless there is a token.
     *
     * @param announcers their token; names of certificates are of no account without certificates
     */
    record ClearText(Announcers announcers) implements EdgeSecurity {

        /** Checks for null. */
        public ClearText {
            Objects.requireNonNull(announcers, "announcers is null");
        }
    }

    /**
     * Encryption, and a certificate on both sides of each connection.
     *
     * @param files with the keys and certificates
     * @param clearControl true if only lambdas travel that way, and everything else as in {@link ClearText}, which is
     *     what ServerlessOnEdge means by secure
     */
    record MutualTls(TlsFiles files, boolean clearControl, Announcers announcers) implements EdgeSecurity {

        /** Checks for null. */
        public MutualTls {
            Objects.requireNonNull(files, "files is null");
            Objects.requireNonNull(announcers, "announcers is null");
        }
    }
}
