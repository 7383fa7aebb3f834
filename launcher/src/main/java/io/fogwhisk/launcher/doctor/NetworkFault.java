package io.fogwhisk.launcher.doctor;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says why a connection came to nothing, in words for who has to mend it. Stateless. */
final class NetworkFault {

    private static final int DEEPEST = 12;

    private NetworkFault() {}

    /** The failure and what caused it, outermost first. */
    static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        @Nullable Throwable next = failure;
        while (next != null && chain.size() < DEEPEST && !chain.contains(next)) {
            chain.add(next);
            next = next.getCause();
        }
        return chain;
    }

    /**
     * The words for a failure of the network or of TLS; empty for others.
     *
     * @param trust what to do about a certificate that nobody known signed
     * @param own what to do where a certificate of ours is wanted
     */
    static Optional<String> words(Throwable failure, String trust, String own) {
        Optional<String> words = Optional.empty();
        for (Throwable each : chain(failure)) {
            // The innermost knows best.
            Optional<String> more = of(each, trust, own);
            words = more.isPresent() ? more : words;
        }
        return words;
    }

    private static Optional<String> of(Throwable failure, String trust, String own) {
        String message = String.valueOf(failure.getMessage());
        String small = message.toLowerCase(Locale.ROOT);
        if (failure instanceof UnknownHostException) {
            return Optional.of("there is no host of that name");
        }
        if (small.contains("timed out")) {
            return Optional.of("it does not answer (" + message + ")");
        }
        if (failure instanceof NoRouteToHostException || failure instanceof ConnectException) {
            return Optional.of("nothing listens there" + (failure.getMessage() == null ? "" : " (" + message + ")"));
        }
        if (failure instanceof CertificateExpiredException) {
            return Optional.of("its certificate has expired (" + message + "): it needs a new one");
        }
        if (failure instanceof CertificateNotYetValidException) {
            return Optional.of("its certificate is not valid yet (" + message + "): are the clocks right?");
        }
        if (failure instanceof CertPathBuilderException) {
            return Optional.of("nobody known signed its certificate: " + trust);
        }
        if (failure instanceof CertificateException
                && (small.contains("subject alternative") || small.contains("no name"))) {
            return Optional.of("its certificate is for another host (" + message + "): use a name that it is for");
        }
        if (small.contains("not an ssl/tls record") || small.contains("unsupported or unrecognized ssl message")) {
            return Optional.of("it does not speak TLS at this port: use the scheme without TLS, or another port");
        }
        return failure instanceof SSLException && small.contains("received fatal alert")
                ? Optional.of("it ends the TLS handshake (" + message + "): " + own)
                : Optional.empty();
    }
}
