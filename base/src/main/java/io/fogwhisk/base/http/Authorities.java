package io.fogwhisk.base.http;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;

/** Whom a client trusts to sign the certificates of servers. Stateless. */
public final class Authorities {

    private Authorities() {}

    /**
     * Trusts the certificates of a file, and those that they signed.
     *
     * @param file PEM; empty for those that Java trusts
     * @throws HttpException naming the file, if it can't be read or holds no certificate
     */
    public static TrustManagerFactory of(Optional<Path> file) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(file.isPresent() ? store(Pem.certificates(file.get())) : null);
            return trust;
        } catch (IOException | GeneralSecurityException e) {
            throw new HttpException(
                    "cannot trust the certificates of "
                            + file.map(Path::toString).orElse("Java") + ": " + e.getMessage(),
                    e);
        }
    }

    private static KeyStore store(Certificate[] certificates) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < certificates.length; i++) {
            store.setCertificateEntry("authority-" + i, certificates[i]);
        }
        return store;
    }
}
