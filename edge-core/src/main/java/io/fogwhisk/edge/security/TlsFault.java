package io.fogwhisk.edge.security;

import java.util.Optional;
import java.util.regex.Pattern;

/** Says in words that a user can act on what the two sides of a connection disagree about. Stateless. */
public final class TlsFault {

    private static final String BOTH = "start both with --secure or both without it";

    /** What a peer in clear text begins with is no TLS record. */
    private static final Pattern PEER_IS_CLEAR =
            Pattern.compile("not an SSL/TLS record|NotSslRecord|WRONG_VERSION_NUMBER");

    /** A TLS alert (type 21, version 3), read as HTTP/2. */
    private static final Pattern PEER_IS_SECURE = Pattern.compile("first 5 bytes: 1503|preface string.*1503");

    /** What a peer sends that does not trust a certificate; one of ours says "internal error". */
    private static final Pattern REFUSED = Pattern.compile(
            "ALERT_(INTERNAL_ERROR|UNKNOWN_CA|CERTIFICATE_UNKNOWN|BAD_CERTIFICATE|CERTIFICATE_EXPIRED|CERTIFICATE_REQUIRED"
                    + "|ACCESS_DENIED|UNSUPPORTED_CERTIFICATE|HANDSHAKE_FAILURE|DECRYPT_ERROR)"
                    + "|fatal alert: (unknown_ca|certificate_|bad_certificate|access_denied)");

    /**
     * How gRPC puts it when the peer hangs up on what it takes for no TLS record, among other reasons: the second and
     * third when the peer closed while more was on its way to it.
     */
    private static final Pattern HUNG_UP =
            Pattern.compile("Network closed for unknown reason|Connection reset by peer|Broken pipe");

    private TlsFault() {}

    /**
     * Explains why there is no connection, if TLS has to do with it.
     *
     * @param description of the failure, as gRPC has it
     */
    public static Optional<String> explanation(String description) {
        if (PEER_IS_CLEAR.matcher(description).find()) {
            return because(description, "the peer speaks clear text, this node TLS: " + BOTH);
        }
        if (PEER_IS_SECURE.matcher(description).find()) {
            return because(description, "the peer speaks TLS, this node clear text: " + BOTH);
        }
        if (HUNG_UP.matcher(description).find()) {
            return because(description, "the peer hung up; if it speaks TLS, " + BOTH);
        }
        if (REFUSED.matcher(description).find()) {
            return because(
                    description,
                    "the peer refused this node's certificate: have one signed by an authority in the peer's ca.crt");
        }
        return Optional.empty();
    }

    private static Optional<String> because(String description, String words) {
        return Optional.of(words + " (" + description + ")");
    }
}
