package io.fogwhisk.edge.security;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Whom a verified certificate names.
 *
 * @param subject the whole name, for messages
 * @param commonNames its parts {@code CN}
 * @param units its parts {@code OU}
 */
record PeerName(String subject, Set<String> commonNames, Set<String> units) {

    PeerName {
        commonNames = Set.copyOf(commonNames);
        units = Set.copyOf(units);
    }

    /** The caller's; empty if it called without TLS. */
    static Optional<PeerName> of(Attributes call) {
        SSLSession session = call.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return Optional.empty();
        }
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? Optional.of(of(certificate.getSubjectX500Principal().getName()))
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** Takes a subject apart, as RFC 2253 writes it. */
    static PeerName of(String subject) {
        Set<String> commonNames = new HashSet<>();
        Set<String> units = new HashSet<>();
        try {
            for (Rdn part : new LdapName(subject).getRdns()) {
                for (var all = part.toAttributes().getAll(); all.hasMore(); ) {
                    Attribute each = all.next();
                    switch (each.getID().toLowerCase(Locale.ROOT)) {
                        case "cn" -> texts(each).forEach(commonNames::add);
                        case "ou" -> texts(each).forEach(units::add);
                        default -> {
                            // Countries and the like give no rights.
                        }
                    }
                }
            }
        } catch (InvalidNameException e) {
            return new PeerName(subject, Set.of(), Set.of());
        } catch (NamingException e) {
            throw new IllegalStateException("a subject could not be taken apart", e);
        }
        return new PeerName(subject, commonNames, units);
    }

    private static Stream<String> texts(Attribute attribute) throws NamingException {
        Stream.Builder<String> texts = Stream.builder();
        for (int each = 0; each < attribute.size(); each++) {
            if (attribute.get(each) instanceof String text) {
                texts.add(text);
            }
        }
        return texts.build();
    }
}
