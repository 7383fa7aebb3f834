package io.fogwhisk.feed.mqtt;

import io.fogwhisk.base.http.HttpException;
import io.fogwhisk.base.http.Tls;
import io.fogwhisk.feed.FeedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whom a provider trusts to be a broker, and who it is itself, read once. Immutable, thread-safe.
 *
 * @param keys of the provider's own certificate; null for none
 * @param authorities who may have signed a broker's certificate
 * @param sockets made with both
 */
record BrokerTls(@Nullable KeyManagerFactory keys, TrustManagerFactory authorities, SSLSocketFactory sockets) {

    /**
     * Reads the files.
     *
     * @throws FeedException if one of them is missing or is not what it should be; the message names it
     */
    static BrokerTls load(MqttSettings.TlsFiles files) {
        try {
            KeyManagerFactory keys = null;
            if (files.certificate().isPresent() && files.key().isPresent()) {
                KeyStore store =
                        new Tls.PemFiles(files.certificate().get(), files.key().get()).load();
                keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(store, Tls.PASSWORD.toCharArray());
            }
            TrustManagerFactory authorities =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            authorities.init(trusted(files.authorities()));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys == null ? null : keys.getKeyManagers(), authorities.getTrustManagers(), null);
            return new BrokerTls(keys, authorities, context.getSocketFactory());
        } catch (HttpException e) {
            throw new FeedException("TLS for brokers: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new FeedException("TLS for brokers: " + e.getMessage(), e);
        }
    }

    /** Null stands for those that Java trusts. */
    private static @Nullable KeyStore trusted(Optional<Path> file) throws GeneralSecurityException {
        if (file.isEmpty()) {
            return null;
        }
        Path path = file.get();
        try (InputStream in = Files.newInputStream(path)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new FeedException("TLS for brokers: there is no certificate in " + path + "; it must be a PEM"
                        + " file of the authorities that sign the brokers' certificates");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate each : found) {
                store.setCertificateEntry("authority-" + number++, each);
            }
            return store;
        } catch (NoSuchFileException e) {
            throw new FeedException("TLS for brokers: there is no file " + path, e);
        } catch (IOException | GeneralSecurityException e) {
            throw new FeedException(
                    "TLS for brokers: cannot read certificates from " + path + ": " + e.getMessage(), e);
        }
    }
}
